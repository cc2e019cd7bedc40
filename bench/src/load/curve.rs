//! The curve: what a viewer costs, by the number of viewers in one room, as a picture.

use std::fmt::Write;

use crate::report::Report;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 56.0;
const LINES: u32 = 5;

type Figure = fn(&Report) -> f64;

/// Draws microseconds for each packet, and the floor below them.
pub(crate) fn draw(reports: &[Report]) -> String {
    let most = reports.iter().map(|report| report.server_cpu_us_per_packet).fold(1.0, f64::max);
    let top = (most * 1.2).ceil();
    let right = reports.iter().map(|report| report.viewers).max().unwrap_or(1) as f64 * 1.05;
    let x = |viewers: f64| LEFT + viewers / right * (WIDTH - LEFT - RIGHT);
    let y = |us: f64| HEIGHT - BOTTOM - us / top * (HEIGHT - TOP - BOTTOM);
    let mut svg = String::new();
    let mut add = |text: String| _ = writeln!(svg, "{text}");
    add(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">"
    ));
    add(format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>"));
    let title = "Server CPU for each packet that reaches a viewer of one 1.5 Mbit/s video, in µs";
    add(format!("<text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{title}</text>"));
    for line in 0..=LINES {
        let us = top * f64::from(line) / f64::from(LINES);
        let (left, right, at) = (LEFT, WIDTH - RIGHT, y(us));
        add(format!("<path d=\"M{left} {at:.1}H{right}\" stroke=\"#ddd\"/>"));
        add(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{us:.1}</text>",
            left - 8.0,
            at + 4.0
        ));
    }
    for report in reports {
        let (at, foot) = (x(report.viewers as f64), HEIGHT - BOTTOM);
        add(format!("<path d=\"M{at:.1} {foot}v5\" stroke=\"#333\"/>"));
        // A point at which pictures were held back shows how much came.
        let held = report.came_percent.filter(|came| *came < 97.0);
        let held = held.map_or(String::new(), |came| format!(" ({came:.0} % came)"));
        add(format!(
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}{held}</text>",
            foot + 20.0,
            report.viewers
        ));
    }
    add(format!(
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">viewers</text>",
        WIDTH / 2.0,
        HEIGHT - 14.0
    ));
    let figures: [(&str, &str, Figure); 2] = [
        ("server", "#0b5fa5", |report| report.server_cpu_us_per_packet),
        ("floor: rewrite, seal, send", "#b3541e", |report| report.floor_us_per_packet),
    ];
    for (name, colour, figure) in figures {
        let points: Vec<_> = reports.iter().map(|report| (report.viewers as f64, figure(report))).collect();
        let path: Vec<_> = points.iter().map(|(n, us)| format!("{:.1},{:.1}", x(*n), y(*us))).collect();
        let path = path.join(" ");
        add(format!("<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"));
        for (viewers, us) in &points {
            let (at, height) = (x(*viewers), y(*us));
            add(format!("<circle cx=\"{at:.1}\" cy=\"{height:.1}\" r=\"3.5\" fill=\"{colour}\"/>"));
            add(format!(
                "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{colour}\">{us:.2}</text>",
                height - 9.0
            ));
        }
        if let Some((viewers, us)) = points.first() {
            add(format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
                x(*viewers) + 12.0,
                y(*us) + 18.0
            ));
        }
    }
    if let Some(first) = reports.first() {
        let machine = format!("{} cores, {}", first.machine.cores, first.machine.processor);
        add(format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" font-size=\"11\" fill=\"#666\">{machine}</text>",
            WIDTH - RIGHT,
            HEIGHT - 14.0
        ));
    }
    add("</svg>".to_owned());
    svg
}
