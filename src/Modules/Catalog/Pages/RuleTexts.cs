using System.Globalization;
using Sarai.Ui;

namespace Sarai.Catalog.Pages;

/// <summary>A price rule as the texts of its inputs, so that nothing typed is lost while it is not right yet.</summary>
internal sealed record RuleTexts
{
    public string Label { get; init; } = "";

    public string PerHour { get; init; } = "";

    public string From { get; init; } = "";

    public string To { get; init; } = "";

    public IReadOnlyList<string> Days { get; init; } = [];

    public IReadOnlyList<string> Courts { get; init; } = [];

    public string Offering { get; init; } = "";

    public string FirstDate { get; init; } = "";

    public string LastDate { get; init; } = "";

    public string AtLeast { get; init; } = "";

    public string AtMost { get; init; } = "";

    public string Tier { get; init; } = "";

    public bool Peak { get; init; }

    /// <summary>Whether it has conditions beyond weekday and time.</summary>
    public bool HasMore => Courts.Count > 0 || string.Concat(Offering, FirstDate, LastDate, AtLeast, AtMost, Tier).Length > 0;

    /// <summary>Whether it looks at how long before a booking is made.</summary>
    public bool HasLead => AtLeast.Length + AtMost.Length > 0;

    public static RuleTexts Of(PriceRule rule, string currency) => new()
    {
        Label = rule.Label,
        PerHour = Typed.Money(rule.PerHour, currency),
        // The whole day is shown as two empty times.
        From = IsAllDay(rule) ? "" : Typed.Time(rule.From),
        To = IsAllDay(rule) ? "" : Typed.Time(rule.To),
        Days = [.. rule.Days.Select(d => d.ToString())],
        Courts = [.. rule.ResourceIds.Select(r => r.ToString())],
        Offering = rule.OfferingId?.ToString() ?? "",
        FirstDate = rule.FirstDate is { } first ? Typed.Date(first) : "",
        LastDate = rule.LastDate is { } last ? Typed.Date(last) : "",
        AtLeast = rule.LeadHoursAtLeast?.ToString(CultureInfo.InvariantCulture) ?? "",
        AtMost = rule.LeadHoursAtMost?.ToString(CultureInfo.InvariantCulture) ?? "",
        Tier = rule.Tier ?? "",
        Peak = rule.Peak,
    };

    public static RuleTexts Of(IFormCollection form, int index)
    {
        return new()
        {
            Label = Text("label"), PerHour = Text("perHour"), From = Text("from"), To = Text("to"), Days = All("days"), Courts = All("resourceIds"), Offering = Text("offeringId"),
            FirstDate = Text("firstDate"), LastDate = Text("lastDate"), AtLeast = Text("leadHoursAtLeast"), AtMost = Text("leadHoursAtMost"), Tier = Text("tier"), Peak = Text("peak").Length > 0,
        };

        string Text(string field) => form[$"prices[{index}].{field}"].ToString().Trim();

        IReadOnlyList<string> All(string field) => [.. form[$"prices[{index}].{field}"].OfType<string>()];
    }

    /// <summary>The rule as the API takes it; what cannot be read is noted beside its input.</summary>
    public ChangeVenue.PriceLineRequest Read(int index, string currency, Errors errors)
    {
        var part = $"prices[{index}].";
        var price = Typed.Minor(PerHour, currency);
        if (price is null) errors.Add(part + "perHour", PerHour.Length == 0 ? "Give the price of an hour." : $"Give an amount of zero or more, such as {Typed.Money(600_000, currency)}.");
        var request = new ChangeVenue.PriceLineRequest
        {
            Label = Label,
            PerHour = price ?? 0,
            From = Time("from", From),
            To = Time("to", To),
            Days = [.. Days.Select(d => Enum.TryParse<IsoDayOfWeek>(d, out var day) ? day : IsoDayOfWeek.None).Where(d => d != IsoDayOfWeek.None)],
            ResourceIds = [.. Courts.Select(c => Guid.TryParse(c, out var id) ? id : Guid.Empty)],
            OfferingId = Offering.Length == 0 ? null : Guid.TryParse(Offering, out var offering) ? offering : Guid.Empty,
            FirstDate = Date("firstDate", FirstDate),
            LastDate = Date("lastDate", LastDate),
            LeadHoursAtLeast = Hours("leadHoursAtLeast", AtLeast),
            LeadHoursAtMost = Hours("leadHoursAtMost", AtMost),
            Tier = Tier.Length == 0 ? null : Tier,
            Peak = Peak,
        };
        if (From.Length == 0 != (To.Length == 0)) errors.Add(part + (From.Length == 0 ? "from" : "to"), Wording.Of("Give both times, or none for the whole day."));
        Typed.Check(request, errors, part);
        return request;

        LocalTime Time(string field, string text)
        {
            if (text.Length == 0) return LocalTime.Midnight;
            if (Typed.Time(text) is { } time) return time;
            errors.Add(part + field, Wording.Of("Give a time such as 17:00."));
            return LocalTime.Midnight;
        }

        LocalDate? Date(string field, string text)
        {
            if (text.Length == 0) return null;
            if (Typed.Date(text) is { } date) return date;
            errors.Add(part + field, Wording.Of("Give a date such as 2026-12-31."));
            return null;
        }

        int? Hours(string field, string text)
        {
            if (text.Length == 0) return null;
            if (Typed.Number(text) is { } hours) return hours;
            errors.Add(part + field, Wording.Of("Give whole hours."));
            return null;
        }
    }

    private static bool IsAllDay(PriceRule rule) => rule.From == LocalTime.Midnight && rule.To == LocalTime.Midnight;
}
