using System.Reflection;
using HandlebarsDotNet;
using Sarai.Ui;

namespace Sarai.Notifications;

/// <summary>A message as HTML: one layout for all of them, inline styles because mail programs know no others, right-to-left where the language is.</summary>
internal static class Mail
{
    private static readonly HandlebarsTemplate<object, object> Layout = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, TextEncoder = new HtmlEncoder() }).Compile(Read());

    /// <summary>Writes the HTML of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="site">The address the site is known by, for the button; without one there is none.</param>
    public static string Write(Message message, string? site)
    {
        var language = Languages.Of(message.Language);
        var (rightToLeft, nastaliq) = (language.Direction == "rtl", language.Code == "ur");
        return Layout(new Dictionary<string, object?>
        {
            ["lang"] = language.Code, ["dir"] = language.Direction, ["start"] = rightToLeft ? "right" : "left", ["end"] = rightToLeft ? "left" : "right",
            // The hanging script needs more room between its lines.
            ["leading"] = nastaliq ? "2.1" : "1.55", ["tight"] = nastaliq ? "1.8" : "1.25",
            ["title"] = message.Subject, ["body"] = message.Body, ["facts"] = message.Facts.Chunk(2).Select(f => new { name = f[0], value = f[1] }).ToArray(),
            ["link"] = message.Link is not null && site is { Length: > 0 } ? site.TrimEnd('/') + message.Link : null,
            ["open"] = Wording.In(language.Code, "Open it"), ["foot"] = Wording.In(language.Code, "Sarai, the house on the road"),
        });
    }

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mail.hbs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
