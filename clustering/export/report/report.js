(() => {
  "use strict";
  const charts = [...document.querySelectorAll("figure[data-figure]")];
  for (const chart of charts) {
    const drawn = JSON.parse(document.getElementById(chart.dataset.figure).textContent);
    chart.replaceChildren();
    Plotly.newPlot(chart, drawn.data, drawn.layout, drawn.config);
  }
  // Paper is narrower than a screen, and what is drawn does not follow by itself.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    for (const chart of charts) Plotly.relayout(chart, { width: chart.clientWidth });
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    for (const chart of charts) {
      delete chart.layout.width;
      Plotly.Plots.resize(chart);
    }
  });
})();
