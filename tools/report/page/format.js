// Numbers as people read them.

const known = (value) => value !== null && value !== undefined;

function digits(value, significant) {
  if (value === 0) return '0';
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 9));
}

const formatMs = (ms) => known(ms) ? digits(ms, 4) : '–';
const formatPercent = (share) => (100 * share).toFixed(share < 0.0995 ? 1 : 0) + ' %';
const formatRatio = (ratio) => known(ratio) ? ratio.toFixed(ratio >= 10 ? 1 : 3) : '–';

function formatInterval(ratio) {
  if (!known(ratio.low) || !known(ratio.high)) return 'interval unknown';
  return formatRatio(ratio.low) + ' .. ' + formatRatio(ratio.high);
}

function formatSeconds(seconds) {
  if (seconds < 60) return digits(seconds, 2) + ' s';
  if (seconds < 3600) return Math.floor(seconds / 60) + ' min ' + Math.round(seconds % 60) + ' s';
  return Math.floor(seconds / 3600) + ' h ' + Math.round(seconds % 3600 / 60) + ' min';
}

const plural = (count, noun) => count + ' ' + noun + (count === 1 ? '' : 's');
const dateText = (date) => date ? date.replace('T', ' ').replace('Z', ' UTC') : 'unknown';

const verdicts = ['ok', 'slower', 'wrong', 'crashed', 'timed_out', 'out_of_memory', 'refused'];
const verdictText = {better: 'ok, became the best so far', ok: 'ok', slower: 'stopped early',
  wrong: 'wrong result', crashed: 'crashed', timed_out: 'timed out', out_of_memory: 'out of memory',
  refused: 'refused'};
const verdictClass = (name) => 'v-' + (verdictText[name] ? name : 'other');

/// Pairs of a parameter and its value, as the plan has them.
function planParts(layer, plan) {
  return layer.parameters.map((name, i) => [name, plan.values[i]]).filter(([, value]) => known(value));
}
const planText = (layer, plan) =>
  plan.algorithm + ' ' + planParts(layer, plan).map(([name, value]) => name + '=' + value).join(' ');

/// The same with what differs from another plan marked.
function planNodes(layer, plan, other) {
  const theirs = other ? new Map(planParts(layer, other)) : null;
  const differs = (name, value) => theirs && theirs.get(name) !== value;
  return [other && other.algorithm !== plan.algorithm ? el('b', {}, plan.algorithm) : plan.algorithm,
    planParts(layer, plan).map(([name, value]) =>
      [' ', differs(name, value) ? el('b', {}, name + '=' + value) : name + '=' + value])];
}

const quantileOf = (ordered, fraction) => {
  const at = fraction * (ordered.length - 1), below = Math.floor(at);
  return ordered[below] + (at - below) * ((ordered[below + 1] ?? ordered[below]) - ordered[below]);
};
