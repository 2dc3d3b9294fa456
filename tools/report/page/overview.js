// The top of the page: the run as a whole.

function gainScale(layers) {
  const ends = layers.flatMap((layer) => [layer.gain.low, layer.gain.high, layer.gain.value]).filter(known);
  return logScale([Math.max(0.3, Math.min(0.97, ...ends)), Math.min(8, Math.max(1.05, ...ends))], [4, 136]);
}

/// A gain and its interval on the scale that all rows share; the text beside it says the same.
function spark(gain, scale) {
  if (gain.source === 'none') return null;
  const at = (value) => short(Math.max(2, Math.min(138, scale(value))));
  const tone = known(gain.low) && gain.low > 1 ? 'above' : known(gain.high) && gain.high < 1 ? 'below' : '';
  return svg('svg', {class: 'spark', width: 140, height: 16, 'aria-hidden': 'true'},
    svg('line', {class: 'rule', x1: at(1), x2: at(1), y1: 0, y2: 16}),
    known(gain.low) && known(gain.high) && svg('line', {class: 'range ' + tone, x1: at(gain.low), x2: at(gain.high), y1: 8, y2: 8}),
    svg('circle', {class: tone, cx: at(gain.value), cy: 8, r: 3.5}));
}

function openLayer(id) {
  const section = document.getElementById(id);
  if (!section) return;
  section.open = true;
  section.scrollIntoView();
}

function layerTable(layers, manyMachines) {
  const scale = gainScale(layers);
  const time = (layer, index) => index >= 0 ? layer.trials[index].ms : null;
  const several = (key) => new Set(layers.map(key)).size > 1;
  const columns = [
    {title: 'Layer', rowHead: true, class: 'name', key: (layer) => layer.name,
      cell: (layer) => [el('a', {href: '#' + layer.id, onclick: (event) => { event.preventDefault(); history.replaceState(null, '', '#' + layer.id); openLayer(layer.id); }}, layer.name)]},
    several((layer) => layer.target) && {title: 'Target', key: (layer) => layer.target, cell: (layer) => layer.target},
    several((layer) => layer.threads) && {title: 'Threads', number: true, key: (layer) => layer.threads, cell: (layer) => layer.threads},
    manyMachines && {title: 'Machine', key: (layer) => layer.machine, cell: (layer) => layer.machine},
    {title: 'Gain', number: true, downFirst: true, help: "the default's time / the best's", key: (layer) => layer.gain.source === 'none' ? null : layer.gain.value,
      cell: (layer) => layer.gain.source === 'none' ? '–' : el('strong', {}, formatRatio(layer.gain.value))},
    {title: 'Interval', key: (layer) => layer.gain.low, help: 'sorts by its lower end',
      cell: (layer) => layer.gain.source === 'default' ? el('span', {class: 'soft'}, 'default kept') : [spark(layer.gain, scale), ' ', el('span', {class: 'soft small number'}, layer.gain.source === 'none' ? '' : formatInterval(layer.gain))]},
    {title: 'Default ms', number: true, key: (layer) => time(layer, layer.default), cell: (layer) => formatMs(time(layer, layer.default))},
    {title: 'Best ms', number: true, key: (layer) => time(layer, layer.winner), cell: (layer) => formatMs(time(layer, layer.winner))},
    {title: 'Trials', number: true, key: (layer) => layer.trials.length, cell: (layer) => layer.trials.length},
    {title: 'To 97 %', number: true, help: 'trials until 97 % of the final speed was reached', key: (layer) => layer.trialsTo97, cell: (layer) => layer.trialsTo97 || '–'},
    {title: 'Trust', key: (layer) => layer.trust, cell: (layer) => badge(layer.trust, layer.why)},
    {title: 'Chosen plan', class: 'plan', key: (layer) => layer.winner >= 0 ? planText(layer, layer.trials[layer.winner].plan) : null,
      cell: (layer) => layer.winner < 0 ? '–' : planNodes(layer, layer.trials[layer.winner].plan, layer.default >= 0 ? layer.trials[layer.default].plan : null)},
  ].filter(Boolean);
  return sortableTable(columns, {caption: 'Layers', rows: layers});
}

function verdictBar(counts) {
  const names = [...verdicts, ...Object.keys(counts).filter((name) => !verdicts.includes(name))].filter((name) => counts[name]);
  const total = names.reduce((sum, name) => sum + counts[name], 0);
  const bar = el('div', {class: 'bar', role: 'img', 'aria-label': names.map((name) => counts[name] + ' ' + (verdictText[name] || name)).join(', ')});
  for (const name of names) {
    const part = el('span', {class: verdictClass(name), title: name});
    part.style.flex = counts[name] + ' 1 0';
    bar.append(part);
  }
  return [bar, el('ul', {class: 'legend'}, names.map((name) =>
    el('li', {}, legendMark(name), (verdictText[name] || name) + ' ' + counts[name] + ' (' + formatPercent(counts[name] / total) + ')')))];
}

/// How much each parameter decides, layer by layer: shares of variance as a shaded table.
function effectsHeat(layers) {
  const names = [...new Set(layers.flatMap((layer) => layer.effects.parameters.map((effect) => effect.name)))].sort();
  const share = (layer, name) => (layer.effects.parameters.find((effect) => effect.name === name) || {}).share;
  const mean = (name) => {
    const shares = layers.map((layer) => share(layer, name)).filter(known);
    return shares.reduce((sum, value) => sum + value, 0) / shares.length;
  };
  names.sort((a, b) => mean(b) - mean(a));
  if (!names.length) return null;
  const cell = (value, label) => {
    const node = el('td', {}, known(value) ? label || Math.round(100 * value) : '');
    if (known(value)) node.style.background = `color-mix(in srgb, var(--ok) ${Math.round(75 * value)}%, transparent)`;
    return node;
  };
  return el('details', {class: 'layer'}, el('summary', {}, el('h2', {}, 'Which parameters decide'), el('span', {class: 'soft'}, 'mostly ' + names.slice(0, 3).join(', '))),
    el('div', {class: 'body'}, el('p', {class: 'soft small'}, 'Share (in %) of the variance of log time that each parameter alone explains among the candidates of a layer; blank where it did not vary. Candidates are those that the search chose.'),
      el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Shares of variance by layer and parameter'}, el('table', {class: 'heat'},
        el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Layer'), names.map((name) => el('th', {scope: 'col'}, name)))),
        el('tbody', {}, el('tr', {}, el('th', {scope: 'row'}, 'mean'), names.map((name) => cell(mean(name)))),
          layers.map((layer) => el('tr', {}, el('th', {scope: 'row'}, layer.name), names.map((name) => cell(share(layer, name))))))))));
}

function provenance(data) {
  const hardware = (machine) => Object.entries(machine.hardware || {}).filter(([name]) => name !== 'cpu')
    .map(([name, value]) => name + ' ' + (typeof value === 'object' ? JSON.stringify(value) : value)).join(', ');
  const sessions = sortableTable([
    {title: 'Session', rowHead: true, key: (row) => row.id, cell: (row) => row.id || '–'},
    {title: 'Strategy', key: (row) => row.strategy, cell: (row) => (row.strategy || '–') + ', seed ' + row.seed},
    {title: 'First record', key: (row) => row.first, cell: (row) => dateText(row.first)},
    {title: 'Last record', key: (row) => row.last, cell: (row) => dateText(row.last)},
    {title: 'Layers', number: true, key: (row) => row.layers, cell: (row) => row.layers},
    {title: 'Records', number: true, key: (row) => row.records, cell: (row) => row.records},
    {title: 'Work', number: true, help: 'seconds of compiling and measuring, added up', key: (row) => row.seconds, cell: (row) => formatSeconds(row.seconds)},
  ], {caption: 'Sessions', rows: data.sessions, fold: 8});
  return [el('h2', {}, 'Where it was measured'), facts([
    ...data.machines.map((machine) => ['Machine', [el('strong', {}, machine.name), ' ', el('span', {class: 'soft'}, hardware(machine), ' (' + plural(machine.records, 'record') + ')')]]),
    ['Versions', data.versions.join('; ')],
  ]), sessions];
}

function brokenLines(broken) {
  if (!broken.count) return null;
  return [el('h2', {}, 'Lines that could not be read'), sortableTable([
    {title: 'File', rowHead: true, cell: (row) => row.file}, {title: 'Line', number: true, cell: (row) => row.line},
    {title: 'What is wrong', cell: (row) => row.problem}], {caption: 'Broken lines', rows: broken.lines}),
  broken.count > broken.lines.length && el('p', {class: 'soft'}, 'and ' + (broken.count - broken.lines.length) + ' more')];
}

function overview(data) {
  const layers = data.layers, sum = (of) => layers.reduce((total, layer) => total + of(layer), 0);
  const trials = sum((layer) => layer.trials.length);
  const faster = layers.filter((layer) => layer.gain.source !== 'default' && known(layer.gain.low) && layer.gain.low > 1).length;
  const seconds = data.sessions.reduce((total, session) => total + session.seconds, 0);
  const dates = data.sessions.flatMap((session) => [session.first, session.last]).filter(Boolean).sort();
  const mean = data.mean;
  return [
    el('header', {}, el('h1', {}, 'Tuning report'), el('p', {class: 'soft'}, plural(layers.length, 'layer') + ' for ' + [...new Set(layers.map((layer) => layer.target))].join(', ') +
      ' on ' + [...new Set(data.machines.map((machine) => machine.name))].join(', ') + (dates.length ? '; ' + dateText(dates[0]) + ' to ' + dateText(dates[dates.length - 1]) : ''))),
    el('dl', {class: 'tiles'},
      tile('Gain over the default, geometric mean', mean.layers ? formatRatio(mean.value) + ' ×' : '–', mean.layers ? formatInterval(mean) + (mean.confidence ? ', ' + formatPercent(mean.confidence) + ' sure' : '') : 'no layer with a default'),
      tile('Layers made faster', faster + ' of ' + layers.length, 'their interval is above 1'),
      tile('Candidates tried', trials, [...new Set(data.sessions.map((session) => session.strategy))].filter(Boolean).join(', ')),
      tile('Work', formatSeconds(seconds), 'compiling and measuring, in ' + plural(data.sessions.length, 'session'))),
    el('h2', {}, 'Is it to be believed?'),
    el('ul', {class: 'findings'}, data.findings.map((finding) => el('li', {class: finding.level}, finding.text))),
    el('h2', {}, 'What became of the candidates'), verdictBar(data.verdicts),
    el('h2', {id: 'layers', tabindex: -1}, 'Layers'),
    el('p', {class: 'soft small'}, "Gain: the default's time over the best's, more than 1 is faster; measured beside each other. In plans, what differs from the default is marked."),
    layerTable(layers, new Set(layers.map((layer) => layer.machine)).size > 1),
  ];
}
