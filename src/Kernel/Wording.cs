using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sarai.Kernel;

/// <summary>
/// The words of all modules together, for text that is written in one module and shown by another: refusals, validation, titles of sections. The key is
/// the English text; what has no translation is shown in English. Pages use their own module's <c>IStringLocalizer&lt;Words&gt;</c>.
/// </summary>
public static partial class Wording
{
    private static readonly Lock Turn = new();
    private static readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> ByLanguage = new();
    private static ResourceManager[] _books = [];

    /// <summary>Adds a module's words: a class <c>Words</c> with <c>Words.ur.resx</c> and its sisters beside it. Adding twice is the same as once.</summary>
    public static void Add(Type words)
    {
        lock (Turn)
        {
            if (_books.Any(b => b.BaseName == words.FullName)) return;
            _books = [.. _books, new ResourceManager(words.FullName!, words.Assembly)];
            ByLanguage.Clear();
        }
    }

    /// <summary>The text in the language of the request.</summary>
    public static string Of(string english) => Find(english) ?? OfFilled(english) ?? english;

    /// <summary>The text in the language of the request, with its arguments: <c>{0}</c>, <c>{1}</c>.</summary>
    public static string Of(string english, params ReadOnlySpan<object?> arguments) => string.Format(CultureInfo.CurrentCulture, Find(english) ?? english, arguments);

    /// <summary>The text in a language, for what is written outside a request.</summary>
    /// <param name="language">One of en, ur, hi, ta, te, kn.</param>
    /// <param name="english">The text.</param>
    public static string In(string language, string english) => (language is "en" or "iv" ? null : ByLanguage.GetOrAdd(language, Read).GetValueOrDefault(english)) ?? english;

    /// <summary>The translation of exactly this text in the language of the request, or null when there is none or the language is English.</summary>
    public static string? Find(string english)
    {
        var culture = CultureInfo.CurrentUICulture;
        var language = culture.TwoLetterISOLanguageName;
        if (language is "en" or "iv") return null;
        return ByLanguage.GetOrAdd(language, Read).GetValueOrDefault(english);
    }

    private static FrozenDictionary<string, string> Read(string language)
    {
        // Resource files do not tell "Wallet" from "wallet" either.
        var words = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var book in _books)
        {
            if (book.GetResourceSet(CultureInfo.GetCultureInfo(language), true, false) is not { } set) continue;
            foreach (System.Collections.DictionaryEntry entry in set) words[(string)entry.Key] = (string)entry.Value!;
        }
        return words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    // Validation sentences of the framework and lines stored with a booking come with their arguments already in them.
    private static string? OfFilled(string english)
    {
        foreach (var (pattern, key) in Filled)
        {
            if (pattern.Match(english) is not { Success: true } match || Find(key) is not { } template) continue;
            return string.Format(CultureInfo.CurrentCulture, template, [.. match.Groups.Values.Skip(1).Select(g => (object?)Of(g.Value))]);
        }
        return null;
    }

    /// <summary>The sentences that are known by their shape, with their arguments in the order they stand in the English text.</summary>
    public static IReadOnlyList<string> Shapes => [.. Filled.Select(f => f.Key)];

    private static readonly (Regex Pattern, string Key)[] Filled =
    [
        (Required(), "The {0} field is required."),
        (Longest(), "The field {0} must be a string with a maximum length of {1}."),
        (Lengths(), "The field {0} must be a string with a minimum length of {1} and a maximum length of {2}."),
        (Between(), "The field {0} must be between {1} and {2}."),
        (Email(), "The {0} field is not a valid e-mail address."),
        (Number(), "The {0} field must be a number."),
        (Choice(), "The {0} field does not equal any of the values specified in AllowedValuesAttribute."),
        (Form(), "The field {0} must match the regular expression '{1}'."),
        (WrongForm(), "The value of {0} has the wrong form."),
        (Missing(), "There is no such {0}."),
        (PriceOfTime(), "{0}, {1} min"),
        (Tax(), "Includes {0} % tax"),
        (PaidBy(), "payment by {0}"),
    ];

    [GeneratedRegex("^The (.+) field is required\\.$")] private static partial Regex Required();
    [GeneratedRegex("^The field (.+) must be a string with a maximum length of (.+)\\.$")] private static partial Regex Longest();
    [GeneratedRegex("^The field (.+) must be a string with a minimum length of (.+) and a maximum length of (.+)\\.$")] private static partial Regex Lengths();
    [GeneratedRegex("^The field (.+) must be between (.+) and (.+)\\.$")] private static partial Regex Between();
    [GeneratedRegex("^The (.+) field is not a valid e-mail address\\.$")] private static partial Regex Email();
    [GeneratedRegex("^The (.+) field must be a number\\.$")] private static partial Regex Number();
    [GeneratedRegex("^The (.+) field does not equal any of the values specified in AllowedValuesAttribute\\.$")] private static partial Regex Choice();
    [GeneratedRegex("^The field (.+) must match the regular expression '(.+)'\\.$")] private static partial Regex Form();
    [GeneratedRegex("^The value of (.+) has the wrong form\\.$")] private static partial Regex WrongForm();
    [GeneratedRegex("^There is no such (.+)\\.$")] private static partial Regex Missing();
    [GeneratedRegex("^(.+), (\\d+) min$")] private static partial Regex PriceOfTime();
    [GeneratedRegex("^Includes (.+) % tax$")] private static partial Regex Tax();
    [GeneratedRegex("^payment by (.+)$")] private static partial Regex PaidBy();
}

/// <summary>
/// A sentence for people that is written once, in English, and read in the language of the request: <c>$"At most {count} unpaid bookings."</c> keeps its
/// shape and its arguments apart. Text and interpolated text become one by themselves.
/// </summary>
[InterpolatedStringHandler]
[JsonConverter(typeof(AsText))]
public sealed class Sentence
{
    private readonly StringBuilder _template;
    private readonly List<object?> _arguments = [];

    /// <summary>Begins a sentence; the compiler calls it for interpolated text.</summary>
    public Sentence(int literalLength, int formattedCount) => _template = new StringBuilder(literalLength + (formattedCount * 3));

    private Sentence(string text)
    {
        _template = new StringBuilder(text.Length);
        AppendLiteral(text);
    }

    /// <summary>A sentence without arguments.</summary>
    public static implicit operator Sentence(string text) => new(text);

    /// <summary>Adds text.</summary>
    public void AppendLiteral(string text) => _template.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>Adds an argument.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _template.Append('{').Append(_arguments.Count).Append(format is null ? "" : ":" + format).Append('}');
        _arguments.Add(value);
    }

    /// <summary>The sentence in the language of the request.</summary>
    public override string ToString()
    {
        var template = _template.ToString();
        if (_arguments.Count == 0)
        {
            var text = string.Format(CultureInfo.InvariantCulture, template, []);
            return Wording.Of(text);
        }
        // Some sentences are translated whole, because an argument's gender changes the words around it.
        return Wording.Find(Format(template, false)) ?? Format(Wording.Find(template) ?? template, true);
    }

    private string Format(string template, bool translate) =>
        string.Format(CultureInfo.CurrentCulture, template, [.. _arguments.Select(a => a switch { Money money => money.Shown(), string word when translate => Wording.Of(word), _ => a })]);

    private sealed class AsText : JsonConverter<Sentence>
    {
        public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() ?? "";

        public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

/// <summary>The words every module needs: validation, refusals the house itself makes. The key is the English text.</summary>
internal sealed class Words;
