/** The fixed parts of a report's page: its look, and the script that draws curves with uPlot in the reader's browser. */

export const style = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --ground: #fcfcfd; --fill: #e8ecf4; --accent: #3358d4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --soft: #b0b4ba; --line: #363a3f; --ground: #111113; --fill: #24293a; --accent: #9eb1ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 5rem; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .6rem; }
p { margin: .4rem 0 .8rem; max-width: 48rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .75rem; margin: 1rem 0; }
dl div { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; display: flex; flex-direction: column; justify-content: space-between; gap: .2rem; }
dt { color: var(--soft); font-size: .82rem; line-height: 1.35; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; } td.n, th.n { text-align: right; }
td.code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; }
.bars td { border: 0; padding: .12rem .8rem .12rem 0; } .bars .track { width: 22rem; max-width: 40vw; background: var(--fill); height: .8rem; border-radius: 3px; }
.bars .track span { display: block; height: 100%; background: var(--accent); border-radius: 3px; }
.images { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } figcaption { color: var(--soft); font-size: .82rem; max-width: 20rem; }
img { image-rendering: pixelated; max-width: 100%; border: 1px solid var(--line); }
.chart { min-height: 240px; } .u-legend { font-size: .82rem; } .u-legend.u-inline.u-live th::after { content: none; }
.u-legend td { min-width: 4rem; text-align: left; font-variant-numeric: tabular-nums; }
`;

/** Runs in the browser: \`uPlot\` is there, each \`.chart\` holds its data as JSON. */
export const script = `
const colors = ['#3358d4', '#e54d2e', '#30a46c', '#8e4ec6', '#f76b15', '#00a2c7', '#d6409f', '#978365'];
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const axis = { stroke: dark ? '#b0b4ba' : '#60646c', grid: { stroke: dark ? '#2a2d31' : '#ececf0' }, ticks: { stroke: dark ? '#363a3f' : '#d9d9e0' } };
const whole = Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat(); // no step 1.5
for (const place of document.querySelectorAll('.chart')) {
  const { xLabel, x, series, log } = JSON.parse(place.querySelector('script').textContent);
  const options = {
    width: place.clientWidth, height: 260,
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [{ ...axis, label: xLabel, labelSize: 22, labelFont: '12px system-ui', incrs: x.every(Number.isInteger) ? whole : undefined }, { ...axis, size: 62 }],
    series: [{ label: xLabel, value: (_, v) => v ?? '' }, ...series.map(({ label, faint }, i) => ({
      label, stroke: colors[i % colors.length] + (faint ? '55' : ''), width: faint ? 1 : 2, spanGaps: true,
      points: { show: x.length < 20 },
      value: (_, v) => v == null ? '' : Number(v.toPrecision(4)),
    }))],
  };
  const plot = new uPlot(options, [x, ...series.map(({ y }) => y)], place);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 260 })).observe(place);
}
document.documentElement.dataset.drawn = document.querySelectorAll('.chart .uplot').length;
`;
