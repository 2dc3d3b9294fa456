// How the search went: the best so far, and every candidate.

/// Of the times shown, the slowest lie at the top edge: what decides is near the bottom.
const topShare = 0.8, leastTop = 1.25, mostTop = 3;

function trialKind(trial) {
  return trial.verdict === 'ok' && trial.better ? 'better' : trial.verdict;
}

function trialTip(layer, trial) {
  const lines = ['trial ' + trial.number + (trial.role === 'candidate' ? '' : ' (' + trial.role + ')') + ': ' + trial.reason];
  if (known(trial.ms)) lines.push(formatMs(trial.ms) + ' ms, spread ' + formatPercent(trial.spread) + ', ' + plural(trial.samples, 'sample'));
  if (trial.toDefault && trial.role !== 'default') lines.push(formatRatio(trial.toDefault.value) + " × the default's time (" + formatInterval(trial.toDefault) + ')');
  lines.push(planText(layer, trial.plan));
  return lines.join('\n');
}

function progressDomain(layer) {
  const times = layer.trials.filter((trial) => trial.toDefault).map((trial) => trial.toDefault.value).sort((a, b) => a - b);
  if (!times.length) return [0.5, 1.5];
  const top = Math.max(leastTop, quantileOf(times, topShare) * 1.08);
  return [Math.min(0.97, times[0] * 0.97), Math.min(mostTop, top, Math.max(1.06, times[times.length - 1] * 1.03))];
}

function bestCurve(layer, frame, position) {
  const points = [];
  let last = 0;
  layer.trials.forEach((trial, i) => {
    const best = layer.curve[i];
    if (!(best > 0)) return;
    const x = frame.x(position(trial));
    if (last && best !== last) points.push([x, frame.y(last)]);
    points.push([x, frame.y(best)]);
    last = best;
  });
  return points;
}

function progressFigure(layer) {
  const state = {seconds: false};
  const position = (trial) => state.seconds ? trial.seconds : trial.number;
  const domain = progressDomain(layer), lane = 20;
  const standard = layer.default >= 0 ? layer.trials[layer.default].ms : null;
  const placed = (frame) => layer.trials.map((trial) => {
    const timed = Boolean(trial.toDefault), beyond = timed && trial.toDefault.value > domain[1];
    return {trial, beyond, timed, x: frame.x(position(trial)),
      y: timed ? frame.y(Math.min(domain[1], trial.toDefault.value)) : frame.top - lane / 2 - 2};
  });
  const kinds = [...new Set(layer.trials.map(trialKind))];
  const final = layer.curve[layer.curve.length - 1];
  const node = figure({
    title: 'Progress', height: 330, top: 30, left: 52, rightMargin: standard ? 62 : 14,
    caption: "Every candidate's time over the default's, each measured beside the best of its moment; the line is the best that was accepted. Failures lie in the band on top.",
    label: plural(layer.trials.length, 'candidate') + ', best so far ends at ' + formatRatio(final) + " times the default's time",
    inset: 10,
    x: (range) => linearScale(state.seconds ? [0, Math.max(...layer.trials.map(position), 1e-3)] : [1, Math.max(2, layer.trials.length)], range),
    y: (range) => logScale(domain, range),
    get xAxis() { return {label: state.seconds ? 'seconds of compiling and measuring' : 'trial', format: (tick) => String(tick)}; },
    yAxis: {format: (tick) => +tick.toFixed(3) + '×', other: standard ? (tick) => digits(tick * standard, 3) + ' ms' : null},
    marks: (frame) => {
      const all = placed(frame), of = (kind) => all.filter((at) => trialKind(at.trial) === kind);
      const curve = bestCurve(layer, frame, position);
      const winner = all[layer.winner];
      return [
        svg('rect', {class: 'lane', x: frame.left, y: frame.top - lane - 2, width: frame.right - frame.left, height: lane}),
        svg('text', {x: frame.left - 6, y: frame.top - 8, 'text-anchor': 'end'}, 'failed'),
        svg('path', {class: 'rule', d: `M${frame.left},${frame.y(1)}H${frame.right}`}),
        svg('text', {x: frame.right - 4, y: frame.y(1) - 5, 'text-anchor': 'end'}, 'default'),
        svg('path', {class: 'curve', d: path(curve)}),
        ['slower', 'ok', 'refused', 'out_of_memory', 'timed_out', 'crashed', 'wrong', 'better'].map((kind) => [
          dots(of(kind).filter((at) => !at.beyond).map((at) => [at.x, at.y]), verdictClass(kind), verdictShape[kind], kind === 'better' ? 5 : 3.4),
          dots(of(kind).filter((at) => at.beyond).map((at) => [at.x, at.y + 4]), verdictClass(kind), 'up', 3.2)]),
        winner && winner.timed && svg('path', {class: 'winner-mark', d: shapes.star(winner.x, winner.y, 9)})];
    },
    targets: (frame) => placed(frame).map((at) => ({x: at.x, y: at.y, tip: () => trialTip(layer, at.trial)})),
  });
  const choice = (label, seconds) => el('button', {type: 'button', class: 'plain', 'aria-pressed': String(state.seconds === seconds), onclick: (event) => {
    state.seconds = seconds;
    for (const other of event.target.parentNode.children) other.setAttribute('aria-pressed', String(other === event.target));
    node.redraw();
  }}, label);
  node.append(el('div', {class: 'controls'}, el('span', {class: 'controls', role: 'group', 'aria-label': 'Horizontal axis'}, choice('over trials', false), choice('over seconds', true)),
    el('ul', {class: 'legend'}, ['better', ...verdicts].filter((kind) => kinds.includes(kind)).map((kind) => el('li', {}, legendMark(kind), verdictText[kind])),
      el('li', {}, svg('svg', {viewBox: '0 0 12 12', 'aria-hidden': 'true'}, svg('path', {class: 'v-better', d: shapes.star(6, 6, 6)})), 'the winner'))));
  return node;
}
