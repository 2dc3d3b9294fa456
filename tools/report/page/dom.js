// Elements. Text from records goes through text nodes alone; nothing here parses markup.

const SVG = 'http://www.w3.org/2000/svg';

function append(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined && child !== false)
      node.append(child instanceof Node ? child : document.createTextNode(String(child).replaceAll(' %', '\u00a0%')));
  return node;
}

const el = (tag, attributes, ...children) =>
  append(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  append(document.createElementNS(SVG, tag), attributes, children);

function facts(rows) {
  return el('table', {class: 'facts'}, el('tbody', {}, rows.map(([name, value]) =>
    el('tr', {}, el('th', {scope: 'row'}, name), el('td', {}, value)))));
}

function tile(name, value, below) {
  return el('div', {class: 'tile'}, el('dt', {}, name), el('dd', {}, value, below && el('small', {}, below)));
}

const trustClass = {clear: 'good', 'default kept': 'good', doubtful: 'warning', estimated: 'warning',
  'nothing timed': 'warning'};
const badge = (trust, why) => el('span', {class: 'badge ' + (trustClass[trust] || ''), title: why}, trust);
