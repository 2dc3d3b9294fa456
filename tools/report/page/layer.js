// A layer's section.

function candidatesPart(layer) {
  const winner = layer.winner >= 0 ? layer.trials[layer.winner] : null;
  const present = [...new Set(layer.trials.map((trial) => trial.verdict))];
  const state = {text: '', verdicts: new Set(present)};
  const versus = (trial) => trial.toWinner ? trial.toWinner.value : null;
  const haystack = (trial) => (planText(layer, trial.plan) + ' ' + trial.reason + ' ' + trial.role).toLowerCase();
  const table = sortableTable([
    {title: 'Trial', number: true, key: (trial) => trial.number, cell: (trial) => trial.number},
    {title: 'Verdict', key: (trial) => trial.verdict, cell: (trial) => [legendMark(trialKind(trial)), ' ', trial.role === 'candidate' ? '' : trial.role + ', ', verdictText[trial.verdict] || trial.verdict], class: 'verdict'},
    {title: 'ms', number: true, key: (trial) => trial.ms, cell: (trial) => formatMs(trial.ms)},
    {title: '× winner', number: true, help: "its time / the winner's", key: versus, cell: (trial) => formatRatio(versus(trial))},
    {title: 'Interval', class: 'small soft number wide', cell: (trial) => trial.toWinner && trial !== winner ? formatInterval(trial.toWinner) : ''},
    {title: 'Why', class: 'reason', key: (trial) => trial.reason, cell: (trial) => trial.reason},
    {title: 'Plan', class: 'plan', key: (trial) => planText(layer, trial.plan), cell: (trial) => planNodes(layer, trial.plan, winner && winner.plan)},
    {title: 'Compile s', number: true, class: 'wide', key: (trial) => trial.compileS, cell: (trial) => digits(trial.compileS, 2)},
  ], {caption: 'Candidates of ' + layer.name, rows: sorted(layer.trials, {key: (trial) => trial === winner ? 0 : versus(trial)}, false), fold: 12, rowClass: (trial) => trial === winner && 'winner',
    accepts: (trial) => state.verdicts.has(trial.verdict) && (!state.text || haystack(trial).includes(state.text))});
  const search = el('input', {type: 'search', placeholder: 'Filter by plan or reason, e.g. tile_x=6', 'aria-label': 'Filter candidates by text', oninput: (event) => { state.text = event.target.value.trim().toLowerCase(); table.refresh(); }});
  const boxes = verdicts.filter((name) => present.includes(name)).map((name) => el('label', {class: 'chip'},
    el('input', {type: 'checkbox', checked: true, onchange: (event) => { state.verdicts[event.target.checked ? 'add' : 'delete'](name); table.refresh(); }}), verdictText[name]));
  return [el('h3', {}, 'What was tried, and why it lost'), el('p', {class: 'soft small'}, 'The winner, then by time against it; in plans, what differs from the winner is marked.'), el('div', {class: 'controls'}, search, boxes), table];
}

function layerTiles(layer) {
  const at = (index) => index >= 0 ? formatMs(layer.trials[index].ms) : '–', gain = layer.gain;
  const last = layer.trials[layer.trials.length - 1];
  return el('dl', {class: 'tiles'},
    tile('Default', at(layer.default) + ' ms', 'when it was measured'), tile('Best', at(layer.winner) + ' ms', 'when it was measured'),
    tile('Gain', gain.source === 'none' ? '–' : formatRatio(gain.value) + ' ×', gain.source === 'default' ? 'the default was kept' : gain.source === 'none' ? '' : formatInterval(gain)),
    tile('Trials', layer.trials.length, layer.trialsTo97 ? '97 % of the final speed after ' + layer.trialsTo97 : ''),
    tile('Work', last ? formatSeconds(last.seconds) : '–', layer.strategy));
}

function layerBody(layer) {
  return [layerTiles(layer), el('p', {}, badge(layer.trust, layer.why), ' ', layer.why),
    el('p', {class: 'soft small'}, layer.problem + '; ' + layer.target + ', ' + plural(layer.threads, 'thread') + ', ' + layer.machine + ', ' + layer.measure + ' measurement, ' + layer.cache + ' cache'),
    layer.trials.length > 0 && [progressFigure(layer), effectsPart(layer), noisePart(layer), schedulePart(layer), candidatesPart(layer)]];
}

/// A section that draws its body when it is first opened.
function layerSection(layer) {
  const body = el('div', {class: 'body'});
  const gain = layer.gain.source === 'none' ? '' : layer.gain.source === 'default' ? '1 ×' : formatRatio(layer.gain.value) + ' ×';
  return el('details', {class: 'layer', id: layer.id, ontoggle: () => { if (!body.firstChild) append(body, {}, layerBody(layer)); }},
    el('summary', {}, el('h2', {}, layer.name), el('span', {class: 'soft small'}, layer.problem === layer.name ? layer.target : layer.problem), el('span', {class: 'gain'}, gain), badge(layer.trust, layer.why)), body);
}
