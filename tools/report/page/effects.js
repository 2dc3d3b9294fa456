// What each parameter does.

function shareBars(effects) {
  return el('div', {class: 'shares', role: 'list', 'aria-label': 'Share of variance explained'}, effects.parameters.map((effect) => {
    const bar = el('span', {});
    bar.style.width = Math.max(0.5, 100 * effect.share) + '%';
    return [el('span', {role: 'listitem'}, effect.name), el('div', {class: 'track', 'aria-hidden': 'true'}, bar), el('span', {class: 'number'}, formatPercent(effect.share))];
  }));
}

/// A fixed scatter for the i-th point, in -1 .. 1.
const jitter = (i) => ((i * 0.61803398875) % 1) * 2 - 1;

function strip(layer, effect, domain) {
  const at = layer.parameters.indexOf(effect.name), values = effect.values.map((value) => value.value);
  const trials = layer.trials.filter((trial) => trial.toDefault && trial.plan.algorithm === layer.effects.algorithm && known(trial.plan.values[at]));
  const best = effect.values.reduce((a, b) => b.box[2] < a.box[2] ? b : a);
  const clip = (value) => Math.min(domain[1], Math.max(domain[0], value));
  const place = (frame) => trials.map((trial, i) => ({trial, x: frame.x(trial.plan.values[at]) + jitter(i) * Math.min(9, frame.x.step * 0.28), y: frame.y(clip(trial.toDefault.value))}));
  const winner = layer.winner >= 0 ? layer.trials[layer.winner] : null;
  return figure({
    title: effect.name, caption: formatPercent(effect.share) + ' of the variance', height: 190, left: 44, rightMargin: 8, top: 10,
    label: effect.values.map((value) => value.value + ': median ' + formatRatio(value.box[2]) + ' of ' + value.count).join('; ') + '. Best median at ' + best.value,
    x: (range) => bandScale(values, range), y: (range) => logScale(domain, range),
    xAxis: {band: true}, yAxis: {format: (tick) => +tick.toFixed(3) + '×'},
    marks: (frame) => [effect.values.map((value) => {
      const x = frame.x(value.value), half = Math.min(15, frame.x.step * 0.4), [low, lower, median, upper, high] = value.box.map((edge) => frame.y(clip(edge)));
      return [svg('path', {class: 'axis', d: `M${x},${low}V${high}`}), value.count > 3 && svg('rect', {class: 'box', x: x - half, y: upper, width: 2 * half, height: Math.max(1, lower - upper)}),
        svg('path', {class: 'median', d: `M${x - half},${median}h${2 * half}`})];
    }), dots(place(frame).map((point) => [point.x, point.y]), 'v-ok', 'circle', 2),
    winner && winner.toDefault && known(winner.plan.values[at]) && winner.plan.algorithm === layer.effects.algorithm &&
      svg('path', {class: 'winner-mark', d: shapes.star(frame.x(winner.plan.values[at]), frame.y(clip(winner.toDefault.value)), 7)})],
    targets: (frame) => place(frame).map((point) => ({x: point.x, y: point.y, tip: () => effect.name + ' = ' + point.trial.plan.values[at] + '\n' + trialTip(layer, point.trial)})),
  });
}

function effectsPart(layer) {
  const effects = layer.effects;
  if (!effects.parameters.length)
    return [el('h3', {}, 'Parameters'), el('p', {class: 'soft'}, 'No parameter took two values among timed candidates.')];
  const few = effects.candidates < 20 ? ' Few candidates: take the shares as hints.' : '';
  return [el('h3', {}, 'What each parameter does'),
    el('p', {class: 'soft small'}, 'Among ' + plural(effects.candidates, 'timed candidate') + ' of ' + effects.algorithm + ': the share of the variance of log time that each parameter alone explains, less what chance would. ' +
      'The search chose the candidates, so that good neighbourhoods weigh more.' + few),
    shareBars(effects),
    el('p', {class: 'soft small'}, "Time over the default's by value; bar: median, box: middle half, line: range, star: the winner."),
    el('div', {class: 'strips'}, effects.parameters.map((effect) => strip(layer, effect, progressDomain(layer))))];
}
