// Draws the demo courses' pictures as SVG and HTML strings.
const FONT = 'font-family="Atkinson Hyperlegible, Verdana, DejaVu Sans, sans-serif"';
const svg = (width, height, label, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">\n<rect width="${width}" height="${height}" rx="16" fill="#f6f1e7"/>\n${body}\n</svg>\n`;

export function desk(label) {
  return svg(
    640,
    320,
    label,
    `<path d="M150 92 L96 250 H344 L204 92 Z" fill="#fbe3a1" opacity=".75"/>
<rect x="60" y="250" width="520" height="14" rx="4" fill="#8a5a3b"/><path d="M90 264v56M550 264v56" stroke="#6f4630" stroke-width="14"/>
<path d="M470 250 H400 M435 250 V120 L300 60 L190 84" fill="none" stroke="#24506b" stroke-width="10" stroke-linecap="round" stroke-linejoin="round"/>
<path d="M150 96 L168 56 Q196 44 210 76 L208 96 Z" fill="#24506b"/><circle cx="435" cy="120" r="9" fill="#183a4e"/>
<path d="M220 244 Q165 216 110 238 V246 Q165 228 220 250 Q275 228 330 246 V238 Q275 216 220 244Z" fill="#fff" stroke="#24506b" stroke-width="4" stroke-linejoin="round"/>
<rect x="498" y="208" width="40" height="42" rx="6" fill="#c2553d"/><path d="M538 218q18 2 0 22" fill="none" stroke="#c2553d" stroke-width="7"/>
<path d="M510 198q-6-10 0-18M524 198q-6-10 0-18" fill="none" stroke="#a89c8a" stroke-width="4" stroke-linecap="round"/>`,
  );
}

export function room(label, words) {
  const text = (x, y, t, fill = '#24312f') =>
    `<text x="${x}" y="${y}" ${FONT} font-size="18" text-anchor="middle" fill="${fill}">${t}</text>`;
  return svg(
    640,
    380,
    label,
    `<rect x="70" y="50" width="500" height="280" fill="#fffdf8" stroke="#5d6b69" stroke-width="10"/>
<rect x="565" y="120" width="10" height="120" fill="#8cc4e0"/>${text(604, 185, '')}<text transform="translate(602 180) rotate(90)" ${FONT} font-size="18" text-anchor="middle" fill="#24312f">${words.window}</text>
<rect x="65" y="210" width="10" height="80" fill="#f6f1e7"/><path d="M70 290 H150 A80 80 0 0 0 70 210" fill="none" stroke="#a89c8a" stroke-width="3" stroke-dasharray="6 6"/>${text(112, 316, words.door)}
<rect x="90" y="70" width="220" height="92" rx="10" fill="#c9d8d4" stroke="#5d6b69" stroke-width="3"/><rect x="100" y="82" width="46" height="68" rx="8" fill="#fff"/>${text(225, 122, words.bed)}
<rect x="250" y="278" width="120" height="42" fill="#dcc8b0" stroke="#5d6b69" stroke-width="3"/>${text(310, 305, words.shelf)}
<circle cx="478" cy="180" r="108" fill="#fbe3a1" opacity=".6"/>
<rect x="482" y="120" width="74" height="120" rx="6" fill="#8a5a3b"/><rect x="500" y="152" width="40" height="54" fill="#fff" stroke="#24506b" stroke-width="3"/><circle cx="518" cy="136" r="9" fill="#c2553d"/>
<circle cx="448" cy="180" r="24" fill="#24506b"/>${text(462, 272, words.corner)}`,
  );
}

export function fourSteps(label, steps, middle) {
  const places = [
    [320, 70],
    [520, 190],
    [320, 310],
    [120, 190],
  ];
  const boxes = places.map(
    ([x, y], i) =>
      `<rect x="${x - 95}" y="${y - 36}" width="190" height="72" rx="36" fill="${['#24506b', '#2c6e63', '#7a4b8f', '#b0472f'][i]}"/><text x="${x}" y="${y + 8}" ${FONT} font-size="23" font-weight="bold" text-anchor="middle" fill="#fff">${steps[i]}</text>`,
  );
  return svg(
    640,
    380,
    label,
    `<defs><marker id="a" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L10 5L0 10z" fill="#5d6b69"/></marker></defs>
<g fill="none" stroke="#5d6b69" stroke-width="6" marker-end="url(#a)"><path d="M425 76Q500 90 514 144" marker-end="url(#a)"/><path d="M514 234Q500 290 428 306" marker-end="url(#a)"/><path d="M212 306Q140 290 126 236" marker-end="url(#a)"/><path d="M126 144Q140 90 212 74" marker-end="url(#a)"/></g>
${boxes.join('\n')}<text x="320" y="198" ${FONT} font-size="22" text-anchor="middle" fill="#24312f">${middle}</text>`,
  );
}

export function path(label) {
  const steps = Array.from({ length: 9 }, (_, i) => {
    const t = i / 8;
    const x = 90 + 400 * t,
      y = 282 - 152 * t * t + Math.sin(t * 6) * 8;
    return `<ellipse cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" rx="${(22 - 9 * t).toFixed(0)}" ry="${(9 - 4 * t).toFixed(0)}" fill="${i < 4 ? '#c2553d' : '#fff'}" stroke="#8a5a3b" stroke-width="3"/>`;
  });
  return svg(
    640,
    340,
    label,
    `<circle cx="120" cy="84" r="38" fill="#f4c95d"/><path d="M0 324V262Q140 250 250 250Q380 240 500 116Q560 90 640 170V324Q640 340 624 340H16Q0 340 0 324Z" fill="#8fb59f"/>
<path d="M0 324V300Q240 262 640 296V324Q640 340 624 340H16Q0 340 0 324Z" fill="#2c6e63"/>
${steps.join('\n')}<path d="M520 112V44" stroke="#6f4630" stroke-width="6" stroke-linecap="round"/><path d="M522 44L574 62L522 80Z" fill="#c2553d"/>`,
  );
}

export function chart(c) {
  const marks = [2.1, 3.2, 4.5, 3.6, 2.2, 2.9, 3.4, 4.0, 2.6];
  const at = (i) => [110 + i * 92, 440 - (marks[i] - 1) * 80];
  const line = marks.map((_, i) => at(i).join(' ')).join('L');
  const grid = [1, 2, 3, 4, 5]
    .map(
      (m) =>
        `<path d="M90 ${440 - (m - 1) * 80}H870" stroke="#d9d2c4" stroke-width="2"/><text x="66" y="${447 - (m - 1) * 80}" font-size="20">${m}</text>`,
    )
    .join('');
  const ticks = c.hours
    .map((h, i) => `<text x="${at(i)[0]}" y="474" font-size="20" text-anchor="middle">${h}</text>`)
    .join('');
  const dots = marks
    .map((_, i) => `<circle cx="${at(i)[0]}" cy="${at(i)[1]}" r="9" fill="#fff" stroke="#24506b" stroke-width="5"/>`)
    .join('');
  return `<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#f6f1e7}</style><svg xmlns="http://www.w3.org/2000/svg" width="920" height="560" ${FONT} fill="#24312f">
<text x="40" y="44" font-size="28" font-weight="bold">${c.title}</text><text x="40" y="74" font-size="18">${c.note}</text>${grid}
<path d="M110 440L${line}L${at(8)[0]} 440Z" fill="#24506b" opacity=".12"/><path d="M${line}" fill="none" stroke="#24506b" stroke-width="6" stroke-linejoin="round"/>${dots}
<text x="${at(2)[0] + 20}" y="${at(2)[1] - 14}" font-size="20" font-weight="bold" fill="#2c6e63">${c.best}</text><text x="${at(4)[0]}" y="${at(4)[1] + 38}" font-size="20" text-anchor="middle" font-weight="bold" fill="#b0472f">${c.low}</text>${ticks}<text x="480" y="510" font-size="20" text-anchor="middle">${c.axis}</text></svg>`;
}

export function weekFrame(course, scene) {
  const cells = [];
  const put = (day, row, fill, text, ink = '#fff', dash = '') =>
    cells.push(
      `<rect x="${44 + day * 81}" y="${92 + row * 62}" width="75" height="56" rx="8" fill="${fill}" ${dash}/><text x="${81.5 + day * 81}" y="${125 + row * 62}" font-size="13.5" text-anchor="middle" fill="${ink}">${text}</text>`,
    );
  for (let day = 0; day < 7; day++)
    for (let row = 0; row < 3; row++) put(day, row, '#fffdf8', '', '#000', 'stroke="#d9d2c4" stroke-width="2"');
  if (scene >= 1) {
    for (let day = 0; day < 5; day++) put(day, 0, '#5d6b69', course.fixed[0]);
    put(1, 1, '#5d6b69', course.fixed[1]);
    put(4, 1, '#5d6b69', course.fixed[1]);
    put(5, 1, '#5d6b69', course.fixed[2]);
  }
  if (scene >= 2)
    [
      [0, 2],
      [1, 2],
      [3, 1],
      [3, 2],
      [5, 0],
    ].forEach(([d, r], i) => {
      put(d, r, '#24506b', scene >= 3 ? course.task[i] : '25 min');
    });
  if (scene >= 4) for (let row = 0; row < 3; row++) put(6, row, '#fbe3a1', row === 1 ? course.free : '', '#24312f');
  if (scene >= 5) {
    const ticked = [
      [0, 2],
      [1, 2],
      [3, 1],
      [5, 0],
    ];
    for (const [d, r] of ticked)
      cells.push(`<path d="M${104 + d * 81} ${136 + r * 62}l5 6 9-12" fill="none" stroke="#fbe3a1" stroke-width="4"/>`);
    cells.push(
      `<rect x="${44 + 3 * 81 - 3}" y="${92 + 2 * 62 - 3}" width="81" height="62" rx="10" fill="none" stroke="#c2553d" stroke-width="5"/>`,
    );
  }
  const heads = course.days
    .map(
      (d, i) => `<text x="${81.5 + i * 81}" y="76" font-size="18" font-weight="bold" text-anchor="middle">${d}</text>`,
    )
    .join('');
  return `<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#f6f1e7}</style><svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" ${FONT} fill="#24312f"><text x="320" y="38" font-size="22" font-weight="bold" text-anchor="middle">${course.sheet.title}</text>${heads}${cells.join('')}</svg>`;
}

export function worksheet(course) {
  const s = course.sheet;
  const lines = (n) => '<div class="line"></div>'.repeat(n);
  const week = `<table class="week"><tr><th></th>${course.days.map((d) => `<th>${d}</th>`).join('')}</tr>${s.parts.map((p) => `<tr><th>${p}</th>${'<td></td>'.repeat(7)}</tr>`).join('')}</table>`;
  const tasks = `<table><tr><th class="n">${s.taskHead[0]}</th><th>${s.taskHead[1]}</th><th class="n">${s.taskHead[2]}</th></tr>${[1, 2, 3, 4, 5].map((n) => `<tr><td class="n">${n}</td><td></td><td class="n"><span class="box"></span></td></tr>`).join('')}</table>`;
  const form = (rows) => rows.map((r) => `<p class="q">${r}</p>${lines(1)}`).join('');
  return `<!doctype html><html lang="${course.language}"><meta charset="utf-8"><title>${s.title}</title><style>@page{size:A4;margin:18mm 18mm 16mm}body{font:12.5pt/1.4 "Atkinson Hyperlegible",Verdana,"DejaVu Sans",sans-serif;color:#1d2b2a;margin:0}h1{font-size:25pt;margin:0 0 2mm;color:#24506b}h2{font-size:15pt;margin:6mm 0 1.5mm;color:#24506b;break-after:avoid}p{margin:0 0 2mm}.lead{font-size:13pt}.line{border-bottom:.4mm solid #8b9593;height:9mm}.q{margin:4mm 0 0;font-weight:bold}table{border-collapse:collapse;width:100%;margin-top:2mm}th,td{border:.3mm solid #8b9593;padding:1.5mm 2mm;text-align:left;font-size:11pt}.week{table-layout:fixed}.week th{background:#eef3f2;font-size:9.5pt;padding:1.5mm .8mm;text-align:center}.week td{height:20mm}td{height:8mm}.n{width:16mm;text-align:center}.box{display:inline-block;width:5mm;height:5mm;border:.4mm solid #1d2b2a}.tip{margin:4mm 0 0;padding:3mm 5mm;background:#fdf3d3;border-left:2mm solid #e0a92e}.second{break-before:page}</style>
<h1>${s.title}</h1><p class="lead">${s.lead}</p><h2>${s.h1}</h2><p>${s.p1}</p>${lines(2)}<h2>${s.h2}</h2>${[s.place, s.time, s.sign].map((q) => `<p class="q">${q}</p>${lines(1)}`).join('')}<h2>${s.h3}</h2><p>${s.p3}</p>${week}
<h2 class="second">${s.h4}</h2><p>${s.p4}</p>${tasks}<h2>${s.h5}</h2>${form(s.rows)}<h2 class="third">${s.h6}</h2>${s.back.map((r) => `<p class="q">${r}</p>${lines(1)}`).join('')}<p class="tip">${s.tip}</p></html>`;
}
