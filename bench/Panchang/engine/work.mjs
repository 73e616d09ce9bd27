// Times npm astronomy-engine on the work of Work.cs; prints one JSON object: nanoseconds an operation by name.
import * as A from 'astronomy-engine'

const start = A.MakeTime(new Date('2026-01-01T00:00:00Z'))
const delhi = new A.Observer(28.6139, 77.209, 0)
const elongation = time => A.EclipticGeoMoon(time).lon - A.SunPosition(time).elon
const signed = degrees => degrees - 360 * Math.round(degrees / 360)

const work = {
  MoonLongitude (n) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += A.EclipticGeoMoon(start.AddDays(i * 0.37)).lon
    return sum
  },
  SunLongitude (n) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += A.SunPosition(start.AddDays(i * 0.37)).elon
    return sum
  },
  // Every tithi end of a year.
  TithisOfAYear (n) {
    let sum = 0
    for (let i = 0; i < n; i++) {
      let time = start
      const end = start.AddDays(365)
      let tithi = Math.floor((((elongation(time) % 360) + 360) % 360) / 12)
      for (;;) {
        tithi = (tithi + 1) % 30
        time = A.Search(at => signed(elongation(at) - tithi * 12), time, time.AddDays(1.3), { dt_tolerance_seconds: 0.1 })
        if (time.tt >= end.tt) break
        sum += time.tt
      }
    }
    return sum
  },
  // Sunrise, sunset, moonrise and moonset of every day of a year.
  HorizonOfAYear (n) {
    let sum = 0
    for (let i = 0; i < n; i++) {
      for (let day = 0; day < 365; day++) {
        const from = start.AddDays(day)
        for (const body of [A.Body.Sun, A.Body.Moon])
          for (const direction of [1, -1]) sum += A.SearchRiseSet(body, delhi, direction, from, 1)?.ut ?? 0
      }
    }
    return sum
  }
}

const counts = { MoonLongitude: 20000, SunLongitude: 20000, TithisOfAYear: 3, HorizonOfAYear: 1 }
const result = {}
for (const [name, run] of Object.entries(work)) {
  run(Math.max(1, counts[name] / 10 | 0))
  let best = Infinity
  for (let round = 0; round < 5; round++) {
    const before = process.hrtime.bigint()
    run(counts[name])
    best = Math.min(best, Number(process.hrtime.bigint() - before) / counts[name])
  }
  result[name] = best
}
console.log(JSON.stringify(result))
