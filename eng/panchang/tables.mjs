// Writes the coefficient tables of src/Panchang/Tables from the published series, truncated.
//
//   npm ci && node tables.mjs
//
// Moon: ELP/MPP02 (Chapront & Francou 2003), constants fitted to DE405; Earth and planets: VSOP87B (Bretagnon &
// Francou 1988). Both come in full through npm "astronomia", which carries them as data. Each row below is one term
//   amplitude * sin(turn * (p0 + p1 T + p2 T² + …)),  T in Julian centuries of TDB from J2000,
// with phases in turns, because reducing a turn to (-1/2, 1/2] is one subtraction. Every term bigger than the limit at
// T = ±REACH is kept; phases of small terms are cut to a straight line, where the rest is under a thousandth of the term.
import { writeFileSync } from 'node:fs'
import moon from 'astronomia/data/elpMppDeFull'

const REACH = 4
const TURN = 2 * Math.PI
const out = new URL('../../src/Panchang/Tables/', import.meta.url)

const digits = (x, n) => {
  const s = Number(x.toPrecision(n))
  return Object.is(s, -0) ? '0' : String(s)
}
const fixed = (x, n) => String(Number(x.toFixed(n)))
const turns = x => { const t = (x / TURN) % 1; return t < 0 ? t + 1 : t }

// One span: a table of rows with `degree + 1` phase coefficients after the amplitude.
function span (what, power, curved, unit, rows, unitDigits) {
  const degree = curved ? 4 : 1
  const name = `${what}${degree === 4 ? 'Curved' : ''}${power}`
  const doc = `${unit}${power ? ` times T^${power}` : ''}, phases ${curved ? 'to the fourth power of' : 'linear in'} T.`
  const lines = rows.map(([a, ...p]) => {
    const phase = p.slice(0, degree + 1).map((c, i) =>
      i === 0 ? fixed(turns(c), 12) : i === 1 ? fixed(c / TURN, 11) : digits(c / TURN, 6))
    while (phase.length < degree + 1) phase.push('0')
    return '        ' + [fixed(a, unitDigits), ...phase].join(', ') + ','
  })
  const text = `    /// <summary>${doc}</summary>\n    private static ReadOnlySpan<double> ${name} =>\n    [\n${lines.join('\n')}\n    ];\n`
  return { what, power, curved, name, text, terms: rows.length }
}

function file (name, doc, spans) {
  const series = [...new Set(spans.map(s => s.what))].map(what => {
    const calls = spans.filter(s => s.what === what).map(s => `.${s.curved ? 'Curved' : 'Straight'}(${s.power}, ${s.name})`)
    return `    internal static readonly Series ${what} = new Series()\n        ${calls.join('\n        ')};\n`
  })
  writeFileSync(new URL(`${name}.cs`, out),
    `// Written by eng/panchang/tables.mjs; change the limits there, not the numbers here.\nnamespace Sarai.Panchang.Tables;\n\n${doc}\ninternal static class ${name}\n{\n${[...series, ...spans.map(s => s.text)].join('\n')}}\n`)
  console.log(name, spans.map(s => s.name + ' ' + s.terms).join(', '))
}

// ELP rows are amplitude (arcseconds or kilometres) and phase polynomial in radians; powers of T apart.
function elp (letter, what, limit, curved, unitDigits) {
  const unit = letter === 'R' ? 'Kilometres' : 'Arcseconds'
  const spans = []
  for (const power of Object.keys(moon[letter]).map(Number)) {
    const kept = moon[letter][power]
      .filter(([a]) => Math.abs(a) * REACH ** power >= limit)
      .sort((x, y) => Math.abs(y[0]) - Math.abs(x[0]))
    const big = kept.filter(([a]) => Math.abs(a) * REACH ** power >= curved)
    const small = kept.filter(([a]) => Math.abs(a) * REACH ** power < curved)
    if (big.length) spans.push(span(what, power, true, unit, big, unitDigits))
    if (small.length) spans.push(span(what, power, false, unit, small, unitDigits))
  }
  return spans
}

const limits = JSON.parse(process.env.LIMITS ?? '{"L":0.0008,"B":0.002,"R":0.02}')
file('MoonTerms', '/// <summary>ELP/MPP02, constants fitted to DE405: the Moon against the mean ecliptic of date, longitude from the departure point.</summary>', [
  ...elp('L', 'Longitude', limits.L, 0.3, 5), ...elp('B', 'Latitude', limits.B, 0.3, 5), ...elp('R', 'Distance', limits.R, 3, 4)])

// VSOP87 rows are amplitude (radians or AU), phase and frequency per millennium of a cosine.
async function vsop (planet, Name, limit) {
  const data = (await import(`astronomia/data/vsop87B${planet}`)).default
  const spans = []
  for (const [letter, what, unit] of [['L', 'Longitude', 206264.80624709636], ['B', 'Latitude', 206264.80624709636], ['R', 'Distance', 1]]) {
    for (const power of Object.keys(data[letter]).map(Number)) {
      const kept = data[letter][power]
        .filter(([a]) => Math.abs(a) * (REACH / 10) ** power >= limit)
        .map(([a, b, c]) => [a * unit * 0.1 ** power, b + TURN / 4, c / 10])
        .sort((x, y) => Math.abs(y[0]) - Math.abs(x[0]))
      if (kept.length) spans.push(span(what, power, false, unit === 1 ? 'AU' : 'Arcseconds', kept, unit === 1 ? 10 : 5))
    }
  }
  file(Name, `/// <summary>VSOP87B: heliocentric ${planet === 'earth' ? 'Earth' : Name}, dynamical ecliptic and equinox of J2000.</summary>`, spans)
}
await vsop('earth', 'EarthTerms', Number(process.env.EARTH ?? 5e-9))
for (const planet of ['mercury', 'venus', 'mars', 'jupiter', 'saturn']) {
  await vsop(planet, planet[0].toUpperCase() + planet.slice(1) + 'Terms', 1e-6)
}
