// Was the machine steady, and are the differences larger than the noise?

function steadyFigure(layer) {
  const beside = layer.noise.incumbent; // [trial, lower quartile, median, upper quartile]
  const ends = beside.flatMap((one) => [one[1], one[3]]);
  const domain = [Math.min(0.97, ...ends), Math.max(1.03, ...ends)];
  return figure({
    title: 'The incumbent beside each trial', caption: 'over its usual time: a flat line at 1 is a steady machine. Point: median, bar: middle half.', height: 220, left: 48, inset: 8,
    label: 'between ' + formatRatio(layer.noise.steady[0]) + ' and ' + formatRatio(layer.noise.steady[1]) + ' of its usual time in 9 of 10 trials',
    x: (range) => linearScale([1, Math.max(2, layer.trials.length)], range), y: (range) => linearScale(domain, range),
    xAxis: {label: 'trial'}, yAxis: {format: (tick) => +tick.toFixed(3) + '×'},
    marks: (frame) => [svg('path', {class: 'rule', d: `M${frame.left},${frame.y(1)}H${frame.right}`}),
      svg('path', {class: 'whisker', d: beside.map((one) => `M${short(frame.x(one[0]))},${short(frame.y(one[1]))}V${short(frame.y(one[3]))}`).join('')}),
      dots(beside.map((one) => [frame.x(one[0]), frame.y(one[2])]), 'v-ok', 'circle', 2.6)],
    targets: (frame) => beside.map((one) => ({x: frame.x(one[0]), y: frame.y(one[2]), tip: () => 'beside trial ' + one[0] + ': ' + formatRatio(one[2]) + ' × its usual time (middle half ' + formatRatio(one[1]) + ' .. ' + formatRatio(one[3]) + ')'})),
  });
}

/// Samples of two plans, in the order in which they were taken, beside each other.
function duelFigure(layer) {
  const duel = layer.duel, sides = [['best', duel.winner, 'v-better'], [duel.final ? 'default' : 'the one it beat', duel.other, 'v-ok']].filter((side) => side[1].length);
  const all = sides.flatMap((side) => side[1]).sort((a, b) => a - b);
  const low = all[0], high = Math.min(all[all.length - 1], quantileOf(all, 0.97) * 1.03), pad = (high - low) * 0.06 || low * 0.01;
  const names = sides.map((side) => side[0]), clip = (value) => Math.min(high + pad, value);
  const place = (frame) => sides.flatMap(([name, samples], side) => samples.map((sample, i) => ({side, name, sample, i,
    x: frame.x(name) + (i / Math.max(1, samples.length - 1) - 0.5) * frame.x.step * 0.7, y: frame.y(clip(sample))})));
  return figure({
    title: duel.final ? 'The final measurement, sample by sample' : 'The deciding race, sample by sample', caption: 'in the order in which they were taken, interleaved; bar: median.', height: 220, left: 60,
    label: sides.map(([name, samples]) => name + ' median ' + formatMs(quantileOf([...samples].sort((a, b) => a - b), 0.5)) + ' ms of ' + samples.length).join('; '),
    x: (range) => bandScale(names, range), y: (range) => linearScale([low - pad, high + pad], range),
    xAxis: {band: true}, yAxis: {format: (tick) => digits(tick, 4)},
    marks: (frame) => [sides.map(([name, samples, tone], side) => {
      const ordered = [...samples].sort((a, b) => a - b), half = frame.x.step * 0.4, [lower, median, upper] = [0.25, 0.5, 0.75].map((fraction) => frame.y(quantileOf(ordered, fraction)));
      return [svg('rect', {class: 'box', x: frame.x(name) - half, y: upper, width: 2 * half, height: Math.max(1, lower - upper)}),
        dots(place(frame).filter((point) => point.side === side).map((point) => [point.x, point.y]), tone, 'circle', 2.4),
        svg('path', {class: 'median', d: `M${frame.x(name) - half},${median}h${2 * half}`})];
    }), svg('text', {x: frame.left - 6, y: frame.top + 2, 'text-anchor': 'end'}, 'ms')],
    targets: (frame) => place(frame).map((point) => ({x: point.x, y: point.y, tip: () => point.name + ', sample ' + (point.i + 1) + ': ' + formatMs(point.sample) + ' ms'})),
  });
}

function noisePart(layer) {
  const noise = layer.noise;
  if (!noise.timed) return [el('h3', {}, 'Noise'), el('p', {class: 'soft'}, 'No samples were recorded.')];
  return [el('h3', {}, 'Was the machine steady?'),
    facts([
      ['Spread of a candidate\'s samples', formatPercent(noise.spread) + ' (interquartile range over median; the median candidate)'],
      ['Samples thrown away', formatPercent(noise.spoiltShare) + ', because a canary beside them ran slow'],
      noise.intervalWidth && ['Width of a race\'s interval', formatPercent(noise.intervalWidth) + ' (the median race)'],
      noise.incumbent.length && ['The incumbents, measured again', formatRatio(noise.steady[0]) + ' .. ' + formatRatio(noise.steady[1]) + ' of their usual time (9 trials of 10)'],
      ['Trials on a drifting machine', noise.drifting + ' of ' + noise.timed],
    ].filter(Boolean)),
    el('div', {class: 'halves'}, noise.incumbent.length > 1 && steadyFigure(layer), layer.duel && layer.duel.winner.length > 1 && duelFigure(layer))];
}
