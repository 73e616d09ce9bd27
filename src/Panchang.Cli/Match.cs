namespace Sarai.Panchang.Cli;

/// <summary><c>panchang match</c>: the eight kootas of two births.</summary>
internal static class Match
{
    internal static void Write(Options options, TextWriter output)
    {
        var language = options.Tongue;
        var groom = Birth(options, "groom");
        var bride = Birth(options, "bride");
        var match = Ashtakoota.Of(groom, bride);
        MangalDosha his = MangalDosha.In(groom), hers = MangalDosha.In(bride);
        if (options.Json)
        {
            Json.WritePage(output, new
            {
                points = match.Points,
                maximum = 36,
                verdict = match.Verdict,
                kootas = match.Kootas.Select(x => new { name = x.Name.In(language), x.Points, x.Maximum, x.Groom, x.Bride, x.Reason }),
                mangalDosha = new { groom = Chart.DoshaData(his), bride = Chart.DoshaData(hers) },
            });
            return;
        }
        foreach (var koota in match.Kootas)
        {
            output.WriteLine($"  {koota.Name.In(language),-14} {koota.Points,3:0.#} of {koota.Maximum}   {koota.Groom} / {koota.Bride}. {koota.Reason}");
        }
        output.WriteLine($"  {"Sum",-14} {match.Points,3:0.#} of 36  {match.Verdict}");
        output.WriteLine($"  Mangal dosha   groom: {Chart.Words(his)}; bride: {Chart.Words(hers)}");
    }

    // Time, latitude, longitude, zone.
    private static Kundli Birth(Options options, string who)
    {
        const string Example = "1990-05-15T06:30,28.6139,77.209,Asia/Kolkata";
        var text = options.Needed(who, Example);
        return text.Split(',') is [var at, var latitude, var longitude, var zone]
            ? Kundli.Of(
                Options.InstantOf(who, at, Options.ZoneOf(zone)),
                new Place(Options.Number(who, latitude), Options.Number(who, longitude)).Checked())
            : throw new Rubbish($"--{who} {text} is not a birth: write time, latitude, longitude and zone with commas, as in {Example}.");
    }
}
