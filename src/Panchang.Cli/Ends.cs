namespace Sarai.Panchang.Cli;

/// <summary><c>panchang events</c>: every end of a limb between two dates, one a line.</summary>
internal static class Ends
{
    internal static void Write(Options options, TextWriter output)
    {
        var limbs = options.Needed("events", "tithi").Split(',').Select(LimbOf).ToArray();
        var zone = options.ZoneOrUtc();
        var language = options.Tongue;
        var from = Options.InstantOf("from", options.Needed("from", "2026-01-01"), zone);
        var to = Options.InstantOf("to", options.Needed("to", "2026-02-01"), zone);
        if (to <= from)
        {
            throw new Rubbish("--to must come after --from.");
        }
        // The ends of limbs are the same everywhere: a place is understood, and makes no difference.
        var place = options.Text("lat") is null && options.Text("lng") is null ? new Place(0, 0) : options.Place();
        var almanac = new Almanac(place, zone);
        var ends = limbs.SelectMany(limb => almanac.Ends(limb, from, to).Select(span => (Limb: limb, Span: span)));
        foreach (var (limb, span) in limbs.Length > 1 ? ends.OrderBy(x => x.Span.EndsAt) : ends)
        {
            if (options.Json)
            {
                Json.WriteLine(output, new
                {
                    @event = Code(limb),
                    span.Number,
                    name = span.Name.In(language),
                    span.StartsAt,
                    span.EndsAt,
                    endsJdTt = Math.Round(TimeScale.ToTt(JulianDate.FromInstant(span.EndsAt)), 9),
                });
            }
            else
            {
                output.WriteLine($"{Code(limb),-9}  {span.Number,2}  {span.Name.In(language),-20}  {span.StartsAt:yyyy-MM-dd HH:mm:ss.fff} to {span.EndsAt:yyyy-MM-dd HH:mm:ss.fff zzz}");
            }
        }
    }

    private static string Code(Limb limb) => limb.ToString().ToLowerInvariant();

    private static Limb LimbOf(string name)
    {
        foreach (var limb in Enum.GetValues<Limb>())
        {
            if (Code(limb) == name.Trim())
            {
                return limb;
            }
        }
        throw new Rubbish($"--events {name} is not known: say tithi, nakshatra, yoga or karana, or several with commas.");
    }
}
