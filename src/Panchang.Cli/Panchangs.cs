using System.Globalization;

namespace Sarai.Panchang.Cli;

/// <summary>The command line: picks a command, turns rubbish into one sentence and exit code 2.</summary>
internal static class Panchangs
{
    internal const string Help = """
        panchang, the Hindu almanac of any place and day, years 1001 to 2998

          panchang day       --date 2026-11-08 PLACE            one day: limbs, muhurtas, horas, choghadiyas
          panchang month     --month 2026-11 PLACE              a month: a line a day, with festivals
          panchang festivals --year 2026 PLACE                  festivals, ekadashis with parana, sankrantis
          panchang events    --events tithi --from 2026-01-01 --to 2026-02-01 [--tz …]
                                                                every end of a tithi, nakshatra, yoga or karana
          panchang kundli    --date 1990-05-15 --time 06:30 PLACE
                                                                birth chart, dashas, mangal dosha
          panchang match     --groom 1990-05-15T06:30,28.61,77.21,+05:30 --bride …
                                                                the eight kootas

        PLACE is --lat 28.6139 --lng 77.209 --tz Asia/Kolkata [--elevation 216]; a zone is a name or an offset (+05:30).
        Without any of them the almanac is Delhi's; a kundli always needs its place.

          --convention NAME   sunrise: upper-limb (default, -50′), pac (-47′), centre (-34′), centre-geometric (0°)
          --lang CODE         en (default), hi, ta, te, kn; hi-Latn and so on for Latin letters (ISO 15919)
          --json              data with stable field names instead of text; events: one object a line
          --true-node         kundli: Rahu by the true node of the Moon
          --as-of INSTANT     kundli: the dashas that run then; now by default
        """;

    /// <summary>Runs one command. Exit code 0, or 2 with a sentence on <paramref name="error"/>.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider clock)
    {
        // Numbers and times are written one way for everybody; only names change with --lang.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            if (args is ["help" or "--help" or "-h", ..])
            {
                output.WriteLine(Help);
                return 0;
            }
            if (args.Length == 0)
            {
                throw new Rubbish("A command is needed: day, month, festivals, events, kundli or match. See panchang help.");
            }
            var options = Options.Parse(args.AsSpan(1), clock);
            Action<Options, TextWriter> command = args[0] switch
            {
                "day" => Day.Write,
                "month" => Month.Write,
                "festivals" => FestivalsOfYear.Write,
                "events" => Ends.Write,
                "kundli" => Chart.Write,
                "match" => Match.Write,
                _ => throw new Rubbish($"There is no command \"{args[0]}\": say day, month, festivals, events, kundli or match. See panchang help."),
            };
            // Nothing is written before every option has been understood.
            var written = new StringWriter { NewLine = "\n" };
            command(options, written);
            options.RefuseUnused();
            output.Write(written.ToString());
            return 0;
        }
        catch (Rubbish rubbish)
        {
            error.WriteLine(rubbish.Message);
            return 2;
        }
        catch (ArgumentException refused)
        {
            // The library's own refusal; its first line is the sentence, without .NET's parameter name.
            error.WriteLine(refused.Message.Split('\n')[0].Split(" (Parameter")[0].TrimEnd('\r'));
            return 2;
        }
    }
}

/// <summary>Input that makes no sense, as a sentence for the person who typed it.</summary>
internal sealed class Rubbish(string sentence) : Exception(sentence);
