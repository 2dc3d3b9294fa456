// Tables that sort by their headers, filter by text, and fold when they are long.

function compare(a, b) {
  if (!known(a) || !known(b)) return known(a) ? -1 : known(b) ? 1 : 0; // what is missing comes last
  return typeof a === 'string' ? a.localeCompare(b, 'en', {numeric: true}) : a - b;
}

function sorted(rows, column, descending) {
  const missing = (row) => !known(column.key(row));
  return [...rows].sort((a, b) =>
    descending && !missing(a) && !missing(b) ? compare(column.key(b), column.key(a)) : compare(column.key(a), column.key(b)));
}

function columnHead(column, state, onSort) {
  const attributes = {scope: 'col', class: (column.number ? 'number ' : '') + (column.class || '')};
  if (!column.key) return el('th', attributes, column.title);
  attributes['aria-sort'] = state.column !== column ? 'none' : state.descending ? 'descending' : 'ascending';
  return el('th', attributes, el('button', {type: 'button', title: column.help, onclick: () => onSort(column)}, column.title));
}

/// columns: [{title, cell(row), key(row)?, number?, class?, help?, downFirst?}]
/// options: {caption, rows, fold, rowClass(row), accepts(row)}
/// The node's `refresh()` draws it again, when what `accepts` depends on has changed.
function sortableTable(columns, options) {
  const state = {column: null, descending: false, all: false};
  const head = el('tr', {}), body = el('tbody', {});
  const more = el('button', {type: 'button', class: 'plain', onclick: () => { state.all = !state.all; refresh(); }});
  const empty = el('p', {class: 'soft', hidden: true}, 'Nothing matches.');
  const onSort = (column) => {
    state.descending = state.column === column ? !state.descending : Boolean(column.downFirst);
    state.column = column;
    refresh();
  };
  function refresh() {
    head.replaceChildren(...columns.map((column) => columnHead(column, state, onSort)));
    let rows = options.rows.filter((row) => !options.accepts || options.accepts(row));
    if (state.column) rows = sorted(rows, state.column, state.descending);
    const folds = options.fold && rows.length > options.fold + 3;
    const shown = folds && !state.all ? rows.slice(0, options.fold) : rows;
    body.replaceChildren(...shown.map((row) => el('tr', {class: options.rowClass && options.rowClass(row)},
      columns.map((column) => el(column.rowHead ? 'th' : 'td', {scope: column.rowHead && 'row', class: (column.number ? 'number ' : '') + (column.class || '')}, column.cell(row))))));
    more.textContent = state.all ? 'Show the first ' + options.fold : 'Show all ' + rows.length;
    more.hidden = !folds;
    empty.hidden = rows.length > 0;
  }
  refresh();
  const node = el('div', {}, el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': options.caption},
    el('table', {}, el('thead', {}, head), body)), empty, el('div', {class: 'controls'}, more));
  node.refresh = refresh;
  return node;
}
