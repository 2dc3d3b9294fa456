// The chosen schedule beside the default's.

function planTable(layer) {
  const winner = layer.trials[layer.winner].plan, standard = layer.default >= 0 ? layer.trials[layer.default].plan : null;
  const row = (name, before, after) => standard && before !== after ?
    el('tr', {}, el('th', {scope: 'row'}, name), el('td', {class: 'number'}, before ?? '–'), el('td', {class: 'number'}, el('b', {}, after ?? '–'))) :
    el('tr', {}, el('th', {scope: 'row'}, name), el('td', {class: 'number soft'}, before ?? '–'), el('td', {class: 'number'}, after ?? '–'));
  const names = layer.parameters.map((name, i) => [name, i]).filter(([, i]) => known(winner.values[i]) || standard && known(standard.values[i]));
  const node = el('div', {class: 'scroll'}, el('table', {},
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Parameter'), el('th', {scope: 'col', class: 'number'}, 'Default'), el('th', {scope: 'col', class: 'number'}, 'Chosen'))),
    el('tbody', {}, row('algorithm', standard && standard.algorithm, winner.algorithm), names.map(([name, i]) => row(name, standard && standard.values[i], winner.values[i])))));
  node.style.maxWidth = '30rem';
  return node;
}

function nestColumn(title, rows, side) {
  return el('div', {tabindex: 0, role: 'region', 'aria-label': title}, el('h4', {}, title), el('pre', {}, rows.map((row) => {
    const text = row[side], kind = row[0] === '=' ? null : known(text) ? 'changed' : 'absent';
    return el('span', {class: kind}, known(text) ? text : '');
  })));
}

function loopNests(layer) {
  const nests = layer.nests;
  if (!nests) return null;
  if (nests.error) return el('p', {class: 'box warning'}, 'The loops could not be generated again: ' + nests.error);
  const changed = nests.rows.filter((row) => row[0] !== '=').length;
  if (!changed)
    return [el('p', {class: 'soft small'}, layer.gain.source === 'default' ? 'The default was kept.' : 'Its loops are those of the default, or there is no default to compare with.'),
      el('div', {class: 'scroll'}, el('div', {class: 'nests single'}, nestColumn('Chosen', nests.rows, 2)))];
  return [el('p', {class: 'soft small'}, 'The loops as scheduled, outermost first; lines that differ are marked.'),
    el('div', {class: 'scroll'}, el('div', {class: 'nests'}, nestColumn('Default', nests.rows, 1), nestColumn('Chosen', nests.rows, 2)))];
}

function schedulePart(layer) {
  if (layer.winner < 0) return null;
  return [el('h3', {}, 'The chosen schedule'), planTable(layer), loopNests(layer)];
}
