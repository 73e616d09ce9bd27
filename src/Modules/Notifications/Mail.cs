using System.Reflection;
using HandlebarsDotNet;
using Sarai.Ui;

namespace Sarai.Notifications;

/// <summary>A message as HTML: one layout for all of them, inline styles because mail programs know no others, right-to-left where the language is.</summary>
internal static class Mail
{
    private static readonly HandlebarsTemplate<object, object> Layout = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, TextEncoder = new HtmlEncoder() }).Compile(Read());

    /// <summary>Writes it in the current language.</summary>
    /// <param name="title">The headline.</param>
    /// <param name="body">The text.</param>
    /// <param name="facts">The rows of the card below; empty for none.</param>
    /// <param name="link">The whole address the button leads to, or null for no button.</param>
    public static string Write(string title, string body, IEnumerable<(string Name, string Value)> facts, string? link)
    {
        var language = Languages.Current;
        var rightToLeft = language.Direction == "rtl";
        return Layout(new Dictionary<string, object?>
        {
            ["lang"] = language.Code, ["dir"] = language.Direction, ["start"] = rightToLeft ? "right" : "left", ["end"] = rightToLeft ? "left" : "right",
            ["leading"] = language.Code == "ur" ? "2.1" : "1.55", ["tight"] = language.Code == "ur" ? "1.8" : "1.25",
            ["title"] = title, ["body"] = body, ["facts"] = facts.Select(f => new { name = f.Name, value = f.Value }).ToArray(), ["link"] = link,
            ["open"] = Wording.Of("Open it"), ["foot"] = Wording.Of("Sarai, the house on the road"),
        });
    }

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mail.hbs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
