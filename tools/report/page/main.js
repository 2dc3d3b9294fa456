// Builds the page from the data that stands in it.

const data = JSON.parse(document.getElementById('data').textContent);
data.layers.forEach((layer, i) => { layer.id = 'layer-' + (i + 1); });

const sections = data.layers.map(layerSection);
const setAll = (open) => sections.forEach((section) => { section.open = open; });
append(document.getElementById('page'), {}, [el('main', {}, overview(data), effectsHeat(data.layers),
  el('h2', {}, 'Layer by layer'),
  sections.length > 1 && el('div', {class: 'controls'}, el('button', {type: 'button', class: 'plain', onclick: () => setAll(true)}, 'Open all'), el('button', {type: 'button', class: 'plain', onclick: () => setAll(false)}, 'Close all')),
  sections, provenance(data), brokenLines(data.broken)),
el('footer', {}, 'Made by convwright report' + (data.version ? ' ' + data.version : '') + ' from tuning records. Times are of one call. Intervals are those of the races; where several races lie between two plans, their errors are added in quadrature.')]);

if (sections.length === 1) sections[0].open = true;
const follow = () => { if (location.hash.startsWith('#layer-')) openLayer(location.hash.slice(1)); };
window.addEventListener('hashchange', follow);
window.addEventListener('beforeprint', () => setAll(true));
follow();
