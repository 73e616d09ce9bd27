using System.Globalization;

namespace Sarai.Panchang.Cli;

/// <summary>What was typed after the command, read on demand; what nobody reads is refused.</summary>
internal sealed class Options
{
    private static readonly string[] Flags = ["json", "true-node"];

    private static readonly Place Delhi = new(28.6139, 77.2090);

    private readonly Dictionary<string, string> values = [];
    private readonly HashSet<string> read = [];
    private readonly TimeProvider clock;

    private Options(TimeProvider clock) => this.clock = clock;

    internal static Options Parse(ReadOnlySpan<string> args, TimeProvider clock)
    {
        var options = new Options(clock);
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || args[i].Length == 2)
            {
                throw new Rubbish($"\"{args[i]}\" is not an option: options begin with two dashes. See panchang help.");
            }
            var (name, value) = args[i][2..].Split('=', 2) is [var key, var text] ? (key, text) : (args[i][2..], null);
            if (!Flags.Contains(name) && value is null)
            {
                value = ++i < args.Length && !args[i].StartsWith("--", StringComparison.Ordinal)
                    ? args[i]
                    : throw new Rubbish($"--{name} needs a value. See panchang help.");
            }
            if (!options.values.TryAdd(name == "lon" ? "lng" : name, value ?? "true"))
            {
                throw new Rubbish($"--{name} is given twice.");
            }
        }
        return options;
    }

    internal bool Json => Flag("json");

    internal Tongue Tongue => Text("lang") is not { } code
        ? new Tongue(Language.English, false)
        : Languages.TryParse(code, out var language)
            ? new Tongue(language, code.EndsWith("-Latn", StringComparison.OrdinalIgnoreCase))
            : throw new Rubbish($"--lang {code} is not spoken here: say en, hi, ta, te or kn, or hi-Latn and so on for Latin letters.");

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal bool Flag(string name)
    {
        read.Add(name);
        return values.TryGetValue(name, out var value) && (value == "true"
            ? true
            : throw new Rubbish($"--{name} takes no value."));
    }

    internal string? Text(string name)
    {
        read.Add(name);
        return values.GetValueOrDefault(name);
    }

    internal string Needed(string name, string example) => Text(name) ?? throw new Rubbish($"--{name} is needed, for example --{name} {example}.");

    internal Almanac Almanac()
    {
        var convention = RiseConvention.UpperLimb;
        if (Text("convention") is { } code && !RiseConventions.TryParse(code, out convention))
        {
            throw new Rubbish($"--convention {code} is not known: say upper-limb, pac, centre or centre-geometric.");
        }
        var settings = new AlmanacSettings(convention);
        return Text("lat") is null && Text("lng") is null && Text("tz") is null
            ? new Almanac(Delhi, ZoneOf("Asia/Kolkata"), settings)
            : new Almanac(Place(), Zone(), settings);
    }

    internal Place Place() => new Place(
        Number("lat", Needed("lat", "28.6139")), Number("lng", Needed("lng", "77.209")), Text("elevation") is { } metres ? Number("elevation", metres) : 0).Checked();

    internal TimeZoneInfo Zone() => ZoneOf(Needed("tz", "Asia/Kolkata"));

    /// <summary>The zone, UTC where none is given.</summary>
    internal TimeZoneInfo ZoneOrUtc() => Text("tz") is { } name ? ZoneOf(name) : TimeZoneInfo.Utc;

    /// <summary>The instant of a birth: --date and --time, or --at.</summary>
    internal DateTimeOffset Birth(TimeZoneInfo zone) => Text("date") is { } date
        ? InstantOf("date and --time", $"{date}T{Needed("time", "06:30")}", zone)
        : InstantOf("at", Needed("at", "1990-05-15T06:30"), zone);

    internal DateOnly? Date(string name) => Text(name) is { } text ? DateOf(name, text) : null;

    internal static DateOnly DateOf(string name, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new Rubbish($"--{name} {text} is not a date: write it as 2026-11-08.");

    internal int? Whole(string name) => Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new Rubbish($"--{name} {text} is not a whole number.");

    /// <summary>An instant: local time of a zone ("1990-05-15T06:30"), or with its own offset.</summary>
    internal static DateTimeOffset InstantOf(string name, string text, TimeZoneInfo zone)
    {
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.fff"];
        if (DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall))
        {
            if (zone.IsInvalidTime(wall))
            {
                throw new Rubbish($"--{name} {text} did not happen in {zone.Id}: the clocks were moved forward over it.");
            }
            return new DateTimeOffset(wall, zone.GetUtcOffset(wall));
        }
        string[] withOffset = ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fffK"];
        return DateTimeOffset.TryParseExact(text, withOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : throw new Rubbish($"--{name} {text} is not a time: write it as 1990-05-15T06:30, with an offset (+05:30) if it is not local.");
    }

    internal static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Rubbish($"--{name} {text} is not a number.");

    internal static TimeZoneInfo ZoneOf(string name)
    {
        if (name is [('+' or '-'), ..] && TimeSpan.TryParseExact(name[1..], ["hh\\:mm", "h\\:mm"], CultureInfo.InvariantCulture, out var offset))
        {
            return Sarai.Panchang.Almanac.FixedZone(name[0] == '-' ? -offset : offset);
        }
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new Rubbish($"--tz {name} is not a zone: give a name such as Asia/Kolkata or an offset such as +05:30.");
    }

    internal void RefuseUnused()
    {
        if (values.Keys.FirstOrDefault(x => !read.Contains(x)) is { } name)
        {
            throw new Rubbish($"--{name} is not an option of this command. See panchang help.");
        }
    }
}
