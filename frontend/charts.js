// Charts drawn from the table that stands beside them: <figure class="chart" data-chart="bar|line" data-table="ID" [data-lies] [data-piled]>.
// First column: names; each further column of class "number": a series, but for those whose heading says data-apart; rows
// that say so (totals) are left out. Without scripts the table says the same.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, PieChart, HeatmapChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, AriaComponent, CanvasRenderer]);

function read(table) {
  const headings = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].filter((row) => !("apart" in row.dataset));
  const names = rows.map((row) => row.cells[0].textContent.trim());
  const series = headings
    .map((cell, at) => ({ cell, at }))
    .filter(({ cell }) => cell.classList.contains("number") && !("apart" in cell.dataset))
    .map(({ cell, at }) => ({
      name: cell.textContent.trim(),
      data: rows.map((row) => Number(row.cells[at].dataset.value ?? row.cells[at].textContent.replace(/[^\d.-]/g, ""))),
    }));
  return { names, series };
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  const { names, series } = read(document.getElementById(figure.dataset.table));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const lies = "lies" in figure.dataset; // bars from left to right: long names
  const ink = { color: getComputedStyle(figure).color };
  const chart = echarts.init(figure);
  chart.setOption({
    animation: !still,
    aria: { enabled: true, decal: { show: true } },
    tooltip: { trigger: "axis", renderMode: "richText" }, // HTML tooltips need inline styles, which our policy refuses
    color: ["#0b5394", "#c98a2b", "#17693b", "#7a3e9d", "#a8201a", "#0a6171"],
    legend: { show: series.length > 1, top: 0, textStyle: ink },
    grid: { containLabel: true, left: 8, right: 16, top: 40, bottom: 8 },
    [lies ? "yAxis" : "xAxis"]: { type: "category", data: names, axisLabel: { ...ink, interval: 0, hideOverlap: true }, inverse: lies },
    [lies ? "xAxis" : "yAxis"]: { type: "value", axisLabel: ink },
    series: series.map((one) => ({ ...one, type: figure.dataset.chart, stack: "piled" in figure.dataset ? "all" : undefined })),
  });
  new ResizeObserver(() => chart.resize()).observe(figure);
}
