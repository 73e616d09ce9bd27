using System.Globalization;
using System.Text;

namespace Sarai.Host.Replay;

/// <summary>How a stay of the file ended.</summary>
internal enum Ending
{
    /// <summary>The guest stayed and left.</summary>
    CheckedOut,

    /// <summary>It was called off.</summary>
    Cancelled,

    /// <summary>The guest did not come.</summary>
    NoShow,
}

/// <summary>One booking of the file.</summary>
/// <param name="Line">The line it stands on, the header being 1.</param>
/// <param name="Hotel">The hotel's name in the file.</param>
/// <param name="Booked">When it was booked: arrival less lead time.</param>
/// <param name="Arrival">The first night.</param>
/// <param name="Nights">How many nights were booked: 1 or more.</param>
/// <param name="Adults">Adults.</param>
/// <param name="Children">Children and babies.</param>
/// <param name="Reserved">The room type that was booked.</param>
/// <param name="Assigned">The room type the guest got.</param>
/// <param name="Changes">How often it was changed.</param>
/// <param name="Rate">What a night cost, in cents.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Ended">When it ended.</param>
internal sealed record StayRow(
    int Line, string Hotel, LocalDate Booked, LocalDate Arrival, int Nights, int Adults, int Children, string Reserved, string Assigned, int Changes, long Rate, Ending Ending, LocalDate Ended)
{
    /// <summary>The day of departure as booked.</summary>
    public LocalDate Departure => Arrival.PlusDays(Nights);

    /// <summary>When the guest left: on the day the file says if that lies within the stay, else as booked.</summary>
    public LocalDate Left => Ended >= Arrival && Ended < Departure ? Ended : Departure;

    /// <summary>When it was called off: never before it was booked, nor after the day of arrival, when the night audit would have closed it.</summary>
    public LocalDate CalledOff => LocalDate.Max(Booked, LocalDate.Min(Ended, Arrival));
}

/// <summary>
/// Reads a file in the form of António, Almeida and Nunes' "Hotel booking demand datasets": columns by name in any order, NULL, NA or nothing for what is
/// missing, either line ending, dates as 2015-07-01 or 7/1/2015. Rows that cannot be read or cannot be true are kept with the reason.
/// </summary>
internal sealed class StayFile
{
    private static readonly string[] Missing = ["", "NULL", "NA", "N/A", "NAN", "NONE", "UNDEFINED"];
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private bool _dayFirst;

    private StayFile() { }

    /// <summary>The bookings that can be replayed.</summary>
    public List<StayRow> Rows { get; } = [];

    /// <summary>The rows that cannot be true or cannot be read, with the reason.</summary>
    public List<(int Line, string Reason)> Impossible { get; } = [];

    /// <summary>Rows that are replayed although a detail contradicts another, with what was made of it.</summary>
    public List<(int Line, string Reason)> Contradictions { get; } = [];

    /// <summary>Rows of other hotels in the file.</summary>
    public int OfOthers { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hotel">When the file has several hotels and one of this name, only that one is read.</param>
    /// <exception cref="StartupProblem">The file is not there or lacks a column.</exception>
    public static StayFile Read(string path, string hotel)
    {
        if (!File.Exists(path)) throw new StartupProblem($"There is no file {path}.");
        var records = Records(File.ReadAllText(path)).ToList();
        if (records.Count == 0) throw new StartupProblem($"{path} is empty.");
        var file = new StayFile();
        for (var i = 0; i < records[0].Fields.Count; i++) file._columns[records[0].Fields[i].Trim().Trim('\uFEFF')] = i;
        string[] needed = ["is_canceled", "lead_time", "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month", "stays_in_weekend_nights", "stays_in_week_nights", "adults", "adr", "reservation_status", "reservation_status_date"];
        if (needed.Where(n => !file._columns.ContainsKey(n)).ToList() is { Count: > 0 } lacking) throw new StartupProblem($"{path} has no column {string.Join(", ", lacking)}.");
        var body = records.Skip(1).Where(r => r.Fields.Count > 1 || r.Fields[0].Trim().Length > 0).ToList();
        // 13/7/2015 can only be a day first; one such value tells how all of them are meant.
        file._dayFirst = body.Exists(r => file.Text(r.Fields, "reservation_status_date").Split('/', '-', '.') is [var first, _, { Length: 4 or 2 }] && first.Length <= 2 && int.TryParse(first, out var number) && number > 12);
        var only = body.Exists(r => file.Text(r.Fields, "hotel").Equals(hotel, StringComparison.OrdinalIgnoreCase));
        foreach (var (line, fields) in body)
        {
            if (only && !file.Text(fields, "hotel").Equals(hotel, StringComparison.OrdinalIgnoreCase)) file.OfOthers++;
            else file.Add(line, fields);
        }
        return file;
    }

    private void Add(int line, IReadOnlyList<string> fields)
    {
        try
        {
            var arrival = Arrival(fields);
            var (nights, adults, children) = (Count(fields, "stays_in_weekend_nights") + Count(fields, "stays_in_week_nights"), Count(fields, "adults"), Count(fields, "children") + Count(fields, "babies"));
            var (lead, rate, ended) = (Count(fields, "lead_time"), Money(fields), Date(Text(fields, "reservation_status_date")));
            var ending = Text(fields, "reservation_status").Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant() switch
            {
                "CHECKOUT" => Ending.CheckedOut,
                "CANCELED" or "CANCELLED" => Ending.Cancelled,
                "NOSHOW" => Ending.NoShow,
                var other => throw new FormatException($"the status {other} is not known"),
            };
            var reserved = Text(fields, "reserved_room_type") is { Length: > 0 } type ? type : "A";
            if (Doubt(nights, adults + children, rate) is { } doubt) Impossible.Add((line, doubt));
            else
            {
                var row = new StayRow(line, Text(fields, "hotel"), arrival.PlusDays(-lead), arrival, nights, adults, children, reserved,
                    Text(fields, "assigned_room_type") is { Length: > 0 } assigned ? assigned : reserved, Count(fields, "booking_changes"), rate, ending, ended);
                Rows.Add(row);
                Compare(row, Text(fields, "is_canceled"));
            }
        }
        catch (Exception problem) when (problem is FormatException or OverflowException or ArgumentException)
        {
            Impossible.Add((line, problem.Message));
        }
    }

    private static string? Doubt(int nights, int guests, long rate) => (nights, guests, rate) switch
    {
        (0, 0, _) => "0 nights and 0 guests",
        (0, _, _) => "0 nights",
        (_, 0, _) => "0 guests",
        ( > 365, _, _) => $"{nights} nights",
        (_, _, < 0) => "a negative rate",
        _ => null,
    };

    private void Compare(StayRow row, string cancelled)
    {
        if ((cancelled == "0") != (row.Ending == Ending.CheckedOut)) Contradictions.Add((row.Line, $"is_canceled is {cancelled} but the status is {row.Ending}; the status counts"));
        var text = row.Ending switch
        {
            Ending.CheckedOut when row.Ended < row.Arrival => $"left on {row.Ended:uuuu-MM-dd}, before the arrival; left as booked",
            Ending.CheckedOut when row.Ended > row.Departure => $"left on {row.Ended:uuuu-MM-dd}, after the departure; left as booked",
            Ending.CheckedOut when row.Ended == row.Arrival => "left on the day of arrival; no night was slept",
            Ending.CheckedOut when row.Ended < row.Departure => $"left {Period.DaysBetween(row.Ended, row.Departure)} of {row.Nights} nights early",
            Ending.Cancelled when row.CalledOff != row.Ended => $"cancelled on {row.Ended:uuuu-MM-dd}, outside booking and arrival; cancelled on {row.CalledOff:uuuu-MM-dd}",
            Ending.NoShow when row.Ended != row.Arrival => $"a no-show on {row.Ended:uuuu-MM-dd}; noted by the night audit after the arrival",
            _ => null,
        };
        if (text is not null) Contradictions.Add((row.Line, text));
    }

    private LocalDate Arrival(IReadOnlyList<string> fields)
    {
        var month = Text(fields, "arrival_date_month");
        if (!int.TryParse(month, CultureInfo.InvariantCulture, out var number))
        {
            var names = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames;
            number = Array.FindIndex(names, n => n.Length > 0 && month.Length >= 3 && n.StartsWith(month, StringComparison.OrdinalIgnoreCase)) + 1;
        }
        var (year, day) = (Count(fields, "arrival_date_year"), Count(fields, "arrival_date_day_of_month"));
        return number is >= 1 and <= 12 && year is >= 1970 and <= 2200 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, number)
            ? new LocalDate(year, number, day)
            : throw new FormatException($"there is no date {day} {month} {year}");
    }

    private LocalDate Date(string text)
    {
        var parts = text.Split(' ', 'T')[0].Split('/', '-', '.');
        if (parts.Length == 3 && parts.All(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var n = parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            var (year, month, day) = parts[0].Length == 4 ? (n[0], n[1], n[2]) : _dayFirst ? (n[2], n[1], n[0]) : (n[2], n[0], n[1]);
            if (year < 100) year += 2000;
            if (year is >= 1970 and <= 2200 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)) return new LocalDate(year, month, day);
        }
        throw new FormatException(text.Length == 0 ? "the date of the status is missing" : $"there is no date {text}");
    }

    // What is missing counts as none; counts are sometimes written as 2.0.
    private int Count(IReadOnlyList<string> fields, string column)
    {
        var text = Text(fields, column);
        if (text.Length == 0) return 0;
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) && value == decimal.Truncate(value) && value is >= 0 and <= 100_000
            ? (int)value
            : throw new FormatException($"{column} is {text}");
    }

    private long Money(IReadOnlyList<string> fields)
    {
        var text = Text(fields, "adr");
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1_000_000_000
            ? (long)Math.Round(value * 100, MidpointRounding.AwayFromZero)
            : throw new FormatException(text.Length == 0 ? "the rate is missing" : $"adr is {text}");
    }

    private string Text(IReadOnlyList<string> fields, string column)
    {
        if (!_columns.TryGetValue(column, out var index) || index >= fields.Count) return "";
        var text = fields[index].Trim();
        return Array.Exists(Missing, m => m.Equals(text, StringComparison.OrdinalIgnoreCase)) ? "" : text;
    }

    // RFC 4180 with either line ending; a semicolon or a tab separates when the header has no comma.
    private static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Records(string text)
    {
        var header = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length);
        var separator = header.Contains(',') ? ',' : header.Contains(';') ? ';' : '\t';
        var (fields, field, quoted, line, begun) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
            else if (c == '"') quoted = !quoted;
            else if (!quoted && c == separator) Finish();
            else if (!quoted && c is '\n' or '\r')
            {
                if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n') i++;
                Finish();
                yield return (begun, fields);
                (fields, begun) = ([], ++line);
            }
            else
            {
                if (c == '\n') line++;
                field.Append(c);
            }
        }
        if (field.Length > 0 || fields.Count > 0)
        {
            Finish();
            yield return (begun, fields);
        }

        void Finish()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
