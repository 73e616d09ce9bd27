using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Sarai.Host;

namespace Sarai.Stories;

/// <summary>Nothing that pages say lacks a translation in any of the languages.</summary>
public sealed partial class Speaking
{
    private static readonly string[] Languages = ["ur", "hi", "ta", "te", "kn"];

    // They are the same in every language.
    private static readonly string[] Names = ["Sarai", "API", "CSV", "SMS", "IBAN", "UTC", ", … UTC", ", … · Sarai", "Eid ul-Fitr"];

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Sarai.slnx"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    [Fact]
    public void Every_text_of_every_page_is_there_in_six_languages()
    {
        var lacking = new List<string>();
        foreach (var folder in Modules)
        {
            var keys = Sources("*.razor", folder).Concat(Sources("*.cs", folder)).SelectMany(f => Asked().Matches(File.ReadAllText(f))).Select(m => Regex.Unescape(m.Groups[1].Value)).Distinct();
            lacking.AddRange(Lacking(Path.GetFileName(folder), keys));
        }
        lacking.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_say_nothing_beside_their_words()
    {
        var bare = new List<string>();
        foreach (var file in Sources("*.razor"))
        {
            var source = Comment().Replace(File.ReadAllText(file), "");
            var markup = WithoutExpressions(CodeLine().Replace(source.Split("@code")[0], ""));
            var texts = Tag().Replace(markup, "\n").Split('\n').Concat(Told().Matches(markup).Select(m => m.Groups[1].Value)).Select(t => t.Trim(' ', '·', '…'));
            bare.AddRange(texts.Where(t => Word().IsMatch(t) && !Code().IsMatch(t) && !Names.Contains(t)).Concat(Chosen().Matches(source).Select(m => m.Groups[1].Value)).Select(t => $"{Path.GetFileName(file)}: {t}"));
        }
        bare.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_ask_the_words_of_their_own_module()
    {
        var strays = SaraiApp.Modules.Select(m => m.Assembly).Append(typeof(Ui.UiParts).Assembly).Distinct()
            .SelectMany(a => a.GetTypes()).Where(t => typeof(IComponent).IsAssignableFrom(t))
            .SelectMany(t => t.GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Where(p => p.Name == "L" && p.PropertyType.IsGenericType))
            .Where(p => p.PropertyType.GetGenericArguments()[0].Assembly != p.DeclaringType!.Assembly).Select(p => p.DeclaringType!.FullName);
        strays.ShouldBeEmpty();
    }

    [Fact]
    public void Messages_and_known_sentences_are_there_in_six_languages()
    {
        Lacking("Notifications", Notifications.Templates.Texts).ShouldBeEmpty();
        Lacking("Kernel", Wording.Shapes).ShouldBeEmpty();
    }

    [Fact]
    public void Translations_keep_the_places_of_their_arguments()
    {
        var wrong = new List<string>();
        foreach (var module in Modules.Select(m => Path.GetFileName(m)!))
        {
            foreach (var language in Languages)
            {
                foreach (var (key, value) in Words(module, language))
                {
                    if (!Places(key).SequenceEqual(Places(value))) wrong.Add($"{module} {language}: {key} → {value}");
                }
            }
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_show_validation_in_the_language_of_the_request() =>
        Sources("*.razor").Where(f => File.ReadAllText(f).Contains("<ValidationMessage", StringComparison.Ordinal)).ShouldBeEmpty("use <Wrong For=...>, the framework's message speaks English only");

    // Wherever words are translated: the folders with a Words.resx.
    private static IEnumerable<string> Modules => Sources("Words.resx").Select(w => Path.GetDirectoryName(w)!);

    private static IEnumerable<string> Lacking(string module, IEnumerable<string> keys)
    {
        var known = Languages.ToDictionary(l => l, l => Words(module, l));
        return keys.SelectMany(k => Languages.Where(l => !known[l].ContainsKey(k)).Select(l => $"{module} {l}: {k}"));
    }

    private static Dictionary<string, string> Words(string module, string language)
    {
        var assembly = SaraiApp.Modules.Select(m => m.Assembly).Append(typeof(Ui.UiParts).Assembly).First(a => a.GetName().Name == "Sarai." + module);
        var set = new ResourceManager($"Sarai.{module}.Words", assembly).GetResourceSet(CultureInfo.GetCultureInfo(language), true, false);
        return set?.Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!) ?? [];
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sources(string pattern, string? folder = null) =>
        Directory.EnumerateFiles(folder ?? Path.Combine(Root, "src"), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal));

    [GeneratedRegex("""\b(?:L\[|Wording\.Of\()"((?:[^"\\]|\\.)*)""")] private static partial Regex Asked();

    // What begins with @ in markup, up to where its brackets close.
    private static string WithoutExpressions(string markup)
    {
        var text = new StringBuilder();
        for (var at = 0; at < markup.Length;)
        {
            if (markup[at] != '@')
            {
                text.Append(markup[at++]);
                continue;
            }
            text.Append('…');
            at++;
            do at = Brackets(markup, Skip(markup, at));
            while (at + 1 < markup.Length && (markup[at] is '.' or '!' or '?') && (char.IsLetter(markup[at + 1]) || markup[at + 1] is '.' or '[') && at++ > 0);
        }
        return text.ToString();
    }

    private static int Skip(string markup, int at)
    {
        while (at < markup.Length && (char.IsLetterOrDigit(markup[at]) || markup[at] is '_' or '.')) at++;
        return at;
    }

    private static int Brackets(string markup, int at)
    {
        while (at < markup.Length && markup[at] is '(' or '[')
        {
            var (depth, quoted) = (0, false);
            do
            {
                if (markup[at] == '"') quoted = !quoted;
                else if (!quoted) depth += markup[at] is '(' or '[' ? 1 : markup[at] is ')' or ']' ? -1 : 0;
            }
            while (++at < markup.Length && depth > 0);
            at = Skip(markup, at);
        }
        return at;
    }

    [GeneratedRegex(@"@\*[\s\S]*?\*@")] private static partial Regex Comment();

    [GeneratedRegex(@"^\s*(?:@?(?:if|else|foreach|for|switch|case|default|using|inject|attribute|page|implements|inherits|typeparam|return|var|break|continue)\b.*|[{}]+;?|[\w\[\].<>?]+ = .*;|[\w\[\].<>?]+ \w+ = .*;)\s*$", RegexOptions.Multiline)] private static partial Regex CodeLine();

    [GeneratedRegex("<[^>]*>")] private static partial Regex Tag();

    [GeneratedRegex("""\s(?:Label|Hint|placeholder|aria-label|title|alt|sorry)="([^"]*[A-Za-z]{3,}[^"]*)["]""")] private static partial Regex Told();

    [GeneratedRegex("[A-Za-z]{3,}")] private static partial Regex Word();

    // A lambda or a condition has a sign no sentence has.
    [GeneratedRegex("[;={}!\"]|[A-Za-z]\\(|\\(_|\\]\\)|^\\(")] private static partial Regex Code();

    // One of two sentences, chosen without asking for its translation.
    [GeneratedRegex("""(?:\?|:)\s*\$?"([A-Z][a-z]+ [^"]*)["]""")] private static partial Regex Chosen();

    [GeneratedRegex(@"\{\{?#?/?\w[\w ]*(:[^}]+)?\}?\}")] private static partial Regex Place();
}
