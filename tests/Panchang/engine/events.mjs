// Prints what npm astronomy-engine says of the same events, one JSON object a line; times are days of TT from J2000.
import * as A from 'astronomy-engine'

const say = o => console.log(JSON.stringify(o))

// The engine's own search for phases leaves the aberration of the Sun out (20", 40 s of a tithi); its apparent places have it.
const elongation = time => A.EclipticGeoMoon(time).lon - A.SunPosition(time).elon
const signed = degrees => degrees - 360 * Math.round(degrees / 360)

// Every tithi end of three years.
for (const year of [1998, 2013, 2026]) {
  let time = A.MakeTime(new Date(Date.UTC(year, 0, 1)))
  const end = A.MakeTime(new Date(Date.UTC(year + 1, 0, 1)))
  let tithi = Math.floor((((elongation(time) % 360) + 360) % 360) / 12)
  for (;;) {
    tithi = (tithi + 1) % 30
    time = A.Search(at => signed(elongation(at) - tithi * 12), time, time.AddDays(1.3), { dt_tolerance_seconds: 0.1 })
    if (time.tt >= end.tt) break
    say({ kind: 'tithi', year, index: tithi, tt: time.tt })
  }
}

// Longitudes of Sun and Moon from the true equinox of date, every 40 days of two centuries.
for (let day = -36524; day < 36525; day += 40.37) {
  const time = A.AstroTime.FromTerrestrialTime(day)
  say({ kind: 'sun', tt: time.tt, degrees: A.SunPosition(time).elon })
  say({ kind: 'moon', tt: time.tt, degrees: A.EclipticGeoMoon(time).lon })
}

// The centre of the Sun at -50 minutes, seen from the ground.
for (const [latitude, longitude] of [[28.6139, 77.209], [12.972, 77.594], [-33.87, 151.21], [51.48, 0], [40.71, -74.01], [0, 179.5]]) {
  const observer = new A.Observer(latitude, longitude, 0)
  for (let day = 0; day < 365; day += 23) {
    const from = A.MakeTime(new Date(Date.UTC(2026, 0, 1 + day)))
    for (const [kind, direction] of [['sunrise', 1], ['sunset', -1]]) {
      const at = A.SearchAltitude(A.Body.Sun, observer, direction, from, 1, -50 / 60)
      if (at) say({ kind, latitude, longitude, from: from.ut, ut: at.ut })
    }
  }
}
