// Put into a copy of a report by BrowserTest.cpp: uses the page as a reader would, and leaves what it
// found in data-result of the body: "ok: ..." or "failed: ..." lines. The browser writes the document
// when it has loaded, which it has not while a frame is being written: so it waits for us.
(async () => {
  const found = [];
  const gate = document.createElement('iframe');
  gate.hidden = true;
  document.body.append(gate);
  gate.contentDocument.open();
  try {
    await use(found);
  } catch (error) {
    found.push('failed: the harness itself: ' + error);
  }
  document.body.dataset.result = found.join('\n');
  gate.contentDocument.close();
  gate.remove();
})();

async function use(found) {
  const check = (what, holds) => found.push((holds ? 'ok: ' : 'failed: ') + what);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const until = async (holds) => {
    for (const end = performance.now() + 60000; !holds() && performance.now() < end;)
      await new Promise((done) => setTimeout(done, 20));
  };
  const data = JSON.parse(document.getElementById('data').textContent);

  all('details').forEach((section) => { section.open = true; });
  const sections = all('details.layer[id]');
  const charted = () => data.layers.every((layer, i) =>
    layer.winner < 0 || all('svg.plot', sections[i]).length >= 1 + layer.effects.parameters.length);
  const drawn = () => all('svg.plot').every((chart) => all('path', chart).length > 2 && chart.getBoundingClientRect().width > 100);
  await until(() => charted() && drawn());
  check('every layer has a section', sections.length === data.layers.length);
  check('every timed layer has its charts', charted());
  check('no chart is empty', drawn());
  check('no coordinate is not a number', !all('svg *').some((node) => [...node.attributes].some((attribute) => /NaN|Infinity|undefined/.test(attribute.value))));
  check('charts have labels', all('svg.plot').every((chart) => (chart.getAttribute('aria-label') || '').length > 10));
  check('the winner is marked', data.layers.every((layer, i) => layer.winner < 0 || all('tr.winner', sections[i]).length === 1));
  check('loops are shown or it is said why not', data.layers.every((layer, i) =>
    layer.winner < 0 || (layer.nests.error ? all('p.warning', sections[i]).length === 1 : all('pre span', sections[i]).length > 5)));
  check('nothing is wider than the page', document.documentElement.scrollWidth <= document.documentElement.clientWidth);

  const table = all('[aria-label="Layers"] table')[0];
  const column = (index) => all('tbody tr', table).map((row) => parseFloat(row.children[index].textContent)).filter((value) => !isNaN(value));
  const heads = all('thead th', table), gain = heads.findIndex((head) => head.textContent.startsWith('Gain'));
  const ascending = (values) => values.every((value, i) => i === 0 || values[i - 1] <= value);
  const click = () => all('thead th', table)[gain].querySelector('button').click();
  click();
  check('the first click on Gain puts the largest on top', ascending(column(gain).reverse()) && all('thead th', table)[gain].getAttribute('aria-sort') === 'descending');
  click();
  check('the second puts the smallest on top', ascending(column(gain)) && all('thead th', table)[gain].getAttribute('aria-sort') === 'ascending');
  check('no row was lost', all('tbody tr', table).length === data.layers.length);

  const first = data.layers[0], candidates = all('[aria-label^="Candidates of"]', sections[0])[0];
  const rows = () => all('tbody tr', candidates).length;
  check('long tables are folded', first.trials.length < 16 || rows() === 12);
  const more = all('button', sections[0]).find((button) => button.textContent.startsWith('Show all'));
  if (more) more.click();
  check('and unfold', rows() === first.trials.length);
  const search = all('input[type=search]', sections[0])[0];
  search.value = 'THE WINNER';
  search.dispatchEvent(new Event('input'));
  check('filtering by text finds the winner', rows() === first.trials.filter((trial) => trial.reason.includes('the winner')).length && rows() >= 1);
  search.value = '';
  search.dispatchEvent(new Event('input'));
  const box = all('input[type=checkbox]', sections[0])[0];
  box.click();
  const hidden = first.trials.length - rows();
  check('filtering by verdict hides those', hidden > 0 && hidden === first.trials.filter((trial) => trial.verdict === first.trials.map((each) => each.verdict).filter((verdict) => verdict === 'ok')[0]).length);

  const chart = all('svg.plot', sections[0])[0], tip = document.getElementById('tip');
  chart.focus();
  chart.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
  check('arrow keys walk over the points', !tip.hidden && tip.textContent.startsWith('trial 1'));
  const paths = all('.curve', sections[0])[0].getAttribute('d');
  all('button', sections[0]).find((button) => button.textContent === 'over seconds').click();
  check('the curve can be seen over seconds', all('.curve', sections[0])[0].getAttribute('d') !== paths);

  check('names are text', !window.owned && all('img, iframe:not([hidden]), script[src]').length === 0 && document.title === 'Convwright tuning report');
  check('no error: ' + (window.errors || []).join('; '), (window.errors || []).length === 0);
}
