// Charts: axes, marks, and what is said of the mark under the pointer or the arrow keys.

function linearScale(domain, range) {
  const scale = (value) => range[0] + (value - domain[0]) / (domain[1] - domain[0] || 1) * (range[1] - range[0]);
  scale.ticks = (count) => {
    const span = domain[1] - domain[0] || 1, rough = span / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => power * factor >= rough);
    const ticks = [];
    for (let i = Math.ceil(domain[0] / step - 1e-9); i * step <= domain[1] + step * 1e-9; ++i)
      ticks.push(+(i * step).toPrecision(12));
    return ticks;
  };
  return scale;
}

function logScale(domain, range) {
  const inner = linearScale(domain.map(Math.log), range);
  const scale = (value) => inner(Math.log(value));
  scale.ticks = (count) => {
    const wide = domain[1] / domain[0] > 8;
    if (!wide) return linearScale(domain, range).ticks(count);
    const ticks = [];
    for (let power = Math.floor(Math.log10(domain[0])); power <= Math.log10(domain[1]); ++power)
      for (const factor of [1, 2, 5]) {
        const value = factor * 10 ** power;
        if (value >= domain[0] && value <= domain[1]) ticks.push(+value.toPrecision(3));
      }
    return ticks;
  };
  return scale;
}

/// Categories side by side, each `step` wide.
function bandScale(values, range) {
  const step = (range[1] - range[0]) / Math.max(1, values.length);
  const scale = (value) => range[0] + (values.indexOf(value) + 0.5) * step;
  scale.step = step;
  scale.ticks = () => values;
  return scale;
}

const shapes = {
  circle: (x, y, r) => `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`,
  square: (x, y, r) => `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (x, y, r) => `M${x},${y - 1.35 * r}l${1.35 * r},${1.35 * r}l${-1.35 * r},${1.35 * r}l${-1.35 * r},${-1.35 * r}z`,
  up: (x, y, r) => `M${x},${y - 1.2 * r}l${1.2 * r},${2.2 * r}h${-2.4 * r}z`,
  down: (x, y, r) => `M${x},${y + 1.2 * r}l${1.2 * r},${-2.2 * r}h${-2.4 * r}z`,
  cross: (x, y, r) => `M${x - r},${y - r * .4}l${.6 * r},${-.6 * r}l${.4 * r},${.4 * r}l${.4 * r},${-.4 * r}l${.6 * r},${.6 * r}l${-.6 * r},${.6 * r}l${.6 * r},${.6 * r}l${-.6 * r},${.6 * r}l${-.4 * r},${-.4 * r}l${-.4 * r},${.4 * r}l${-.6 * r},${-.6 * r}l${.6 * r},${-.6 * r}z`,
  bar: (x, y, r) => `M${x - r},${y - .4 * r}h${2 * r}v${.8 * r}h${-2 * r}z`,
  star: (x, y, r) => {
    let path = '';
    for (let i = 0; i < 10; ++i) {
      const radius = i % 2 ? r * .45 : r, angle = Math.PI * (i / 5 - .5);
      path += (i ? 'L' : 'M') + (x + radius * Math.cos(angle)).toFixed(1) + ',' + (y + radius * Math.sin(angle)).toFixed(1);
    }
    return path + 'z';
  },
};
const verdictShape = {better: 'circle', ok: 'circle', slower: 'circle', wrong: 'diamond', crashed: 'cross',
  timed_out: 'up', out_of_memory: 'square', refused: 'bar'};
const short = (value) => Math.round(value * 10) / 10;

/// All points of one class in one path, so that thousands are cheap.
function dots(points, className, shape, radius) {
  if (!points.length) return null;
  const path = points.map(([x, y]) => shapes[shape](short(x), short(y), radius)).join('');
  return svg('path', {class: 'dots ' + className, d: path});
}

const legendMark = (verdict) =>
  svg('svg', {viewBox: '0 0 12 12', 'aria-hidden': 'true'},
    svg('path', {class: verdictClass(verdict), d: shapes[verdictShape[verdict] || 'bar'](6, 6, 4)}));

const path = (points) => points.map(([x, y], i) => (i ? 'L' : 'M') + short(x) + ',' + short(y)).join('');

const tip = document.getElementById('tip');
function showTip(text, pageX, pageY) {
  tip.textContent = text;
  tip.hidden = false;
  const room = document.documentElement.clientWidth, width = tip.offsetWidth;
  tip.style.left = Math.max(4, Math.min(pageX + 12, window.scrollX + room - width - 6)) + 'px';
  tip.style.top = (pageY - tip.offsetHeight - 12 > window.scrollY ? pageY - tip.offsetHeight - 12 : pageY + 16) + 'px';
}
const hideTip = () => { tip.hidden = true; };

function axisX(frame, spec) {
  const {x, left, right, bottom} = frame;
  const most = Math.max(2, Math.floor((right - left) / 70));
  const ticks = spec.ticks || x.ticks(most);
  const every = spec.band ? Math.max(1, Math.ceil(ticks.length / Math.floor((right - left) / 34))) : 1;
  return svg('g', {}, svg('path', {class: 'axis', d: `M${left},${bottom}H${right}`}),
    ticks.filter((_, i) => i % every === 0).map((tick) => svg('text',
      {x: x(tick), y: bottom + 16, 'text-anchor': 'middle'}, (spec.format || String)(tick))),
    spec.label && svg('text', {x: (left + right) / 2, y: bottom + 33, 'text-anchor': 'middle'}, spec.label));
}

function axisY(frame, spec) {
  const {y, left, right, top, bottom} = frame;
  const ticks = y.ticks(Math.max(2, Math.floor((bottom - top) / 42)));
  return svg('g', {}, ticks.map((tick) => [
    svg('path', {class: 'tick', d: `M${left},${short(y(tick))}H${right}`}),
    svg('text', {x: left - 6, y: y(tick) + 4, 'text-anchor': 'end'}, (spec.format || String)(tick)),
    spec.other && svg('text', {x: right + 6, y: y(tick) + 4}, spec.other(tick))]));
}

function nearest(targets, x, y, reach) {
  let best = -1, least = reach * reach;
  targets.forEach((target, i) => {
    const distance = (target.x - x) ** 2 + (target.y - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

/// Lets the pointer and the arrow keys walk over the targets ({x, y, tip}) of a drawing.
function explore(root, targets) {
  const cursor = svg('circle', {class: 'cursor', r: 7, visibility: 'hidden'});
  root.append(cursor);
  let current = -1;
  const leave = () => { cursor.setAttribute('visibility', 'hidden'); hideTip(); };
  const show = (index) => {
    current = index;
    if (index < 0) return leave();
    const target = targets[index], box = root.getBoundingClientRect();
    cursor.setAttribute('cx', target.x);
    cursor.setAttribute('cy', target.y);
    cursor.setAttribute('visibility', 'visible');
    showTip(target.tip(), box.left + window.scrollX + target.x, box.top + window.scrollY + target.y);
  };
  root.addEventListener('pointermove', (event) => {
    const box = root.getBoundingClientRect();
    show(nearest(targets, event.clientX - box.left, event.clientY - box.top, 26));
  });
  root.addEventListener('pointerleave', leave);
  root.addEventListener('blur', leave);
  root.addEventListener('keydown', (event) => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (event.key === 'Escape') leave();
    if (!step || !targets.length) return;
    event.preventDefault();
    show((current + step + targets.length) % targets.length);
  });
}

/// A figure that redraws itself at the width it has.
/// spec: {title, caption, label (for screen readers), height, left, rightMargin, top, x(range), y(range),
///        xAxis, yAxis, marks(frame), targets(frame)}
function figure(spec) {
  const holder = el('div', {});
  const node = el('figure', {}, el('figcaption', {}, el('strong', {}, spec.title), spec.caption && ' ' + spec.caption), holder);
  let drawn = 0;
  const draw = (width) => {
    drawn = width;
    const frame = {width, left: spec.left || 52, right: width - (spec.rightMargin || 12), top: spec.top || 8,
      bottom: spec.height - (spec.xAxis.label ? 40 : 24)};
    frame.x = spec.x([frame.left + (spec.inset || 0), frame.right - (spec.inset || 0)]);
    frame.y = spec.y([frame.bottom, frame.top]);
    const targets = (spec.targets ? spec.targets(frame) : []).filter((target) => isFinite(target.x + target.y));
    const root = svg('svg', {class: 'plot', width, height: spec.height, viewBox: `0 0 ${width} ${spec.height}`,
      role: 'img', 'aria-label': spec.title + '. ' + spec.label, tabindex: targets.length ? 0 : null},
      axisY(frame, spec.yAxis), axisX(frame, spec.xAxis), spec.marks(frame));
    explore(root, targets);
    holder.replaceChildren(root);
    holder.style.minHeight = '';
  };
  holder.style.minHeight = spec.height + 'px'; // until it is drawn, so that nothing jumps
  const fit = () => {
    const width = Math.round(holder.clientWidth);
    if (width > 0 && width !== drawn) draw(width);
  };
  new ResizeObserver(() => requestAnimationFrame(fit)).observe(holder);
  node.redraw = () => draw(drawn || Math.round(holder.clientWidth) || 640);
  return node;
}
