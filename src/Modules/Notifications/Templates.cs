using System.Collections.Concurrent;
using System.Collections.Frozen;
using HandlebarsDotNet;

namespace Sarai.Notifications;

/// <summary>
/// The texts, by kind: a headline and a body in Handlebars, written here in English and translated in <c>Words.ur.resx</c> and its sisters. They are plain
/// text, so nothing is encoded; whoever shows them as HTML encodes them then.
/// </summary>
public static class Templates
{
    private static readonly IHandlebars Engine = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true, ThrowOnUnresolvedBindingExpression = true });

    private static readonly ConcurrentDictionary<string, HandlebarsTemplate<object, object>> Compiled = new();

    private static readonly FrozenDictionary<string, (string Title, string Body)> ByType = new Dictionary<string, (string, string)>
    {
        ["welcome"] = ("Welcome, {{name}}", "Your Sarai account is ready. Find a court, hold it, pay, play."),
        ["verify_email"] = ("{{code}} is your code", "Hello {{name}}, enter {{code}} to confirm this e-mail address. The code is good for 30 minutes."),
        ["verify_phone"] = ("Your code", "{{code}} is your Sarai code. It is good for 30 minutes."),
        ["reset_password"] = ("{{code}} sets a new password", "Hello {{name}}, enter {{code}} to set a new password. If you did not ask for this, do nothing."),
        ["locked_out"] = ("Your account is locked for 30 minutes", "Hello {{name}}, somebody entered a wrong password five times. If it was not you, set a new password."),
        ["session_reused"] = ("A sign-in was ended", "Hello {{name}}, an old sign-in token was used a second time, so we ended that session. If you see devices you do not know, change your password."),
        ["booking_confirmed"] = ("Confirmed: {{offering}} at {{venue}}", "{{when}}, {{courts}}. Your code is {{code}}. Show it at the desk."),
        ["booking_cancelled"] = ("Cancelled: {{venue}}, {{when}}", "The booking {{code}} is cancelled.{{#if refund}} {{refund}} comes back to you.{{/if}}{{#if reason}} Reason: {{reason}}{{/if}}"),
        ["booking_expired"] = ("Not paid in time: {{venue}}, {{when}}", "The hold {{code}} has run out. The court may still be free: book again."),
        ["booking_rescheduled"] = ("Moved: {{venue}}", "{{when}}, {{courts}} is your new time for {{code}}.{{#if refund}} {{refund}} comes back to your wallet.{{/if}}"),
        ["booking_no_show"] = ("We missed you at {{venue}}", "{{when}}, {{courts}}: nobody came for {{code}}. If this is wrong, please speak to the desk."),
        ["payment_returned"] = ("Your payment could not be used", "{{amount}} came for {{code}} ({{venue}}, {{when}}), but {{why}}. The full amount is in your wallet. We are sorry."),
        ["waitlist_offered"] = ("A court came free: {{venue}}", "{{when}}, {{courts}} is held for you until {{until}}. Pay to keep it."),
        ["equal_slot_offered"] = ("Your slot was gone, here is an equal one", "Your payment for {{code}} ({{venue}}, {{when}}) came after the hold had run out, and somebody else has it. {{newWhen}}, {{newCourts}} is held for you until {{until}} and paid. One click takes it; otherwise your money comes back."),
        ["payment_success"] = ("Paid: {{amount}}", "We received {{amount}} for {{code}} ({{venue}}, {{when}})."),
        ["payment_failed"] = ("The payment did not go through", "{{amount}} for {{code}} ({{venue}}, {{when}}) was not paid. Your slot is held until the hold runs out: try again or pay another way."),
        ["refund_processed"] = ("Refund: {{amount}}", "{{amount}} for {{code}} ({{venue}}) went back to {{to}}."),
        ["invoice_issued"] = ("Invoice {{number}}: {{venue}}", "We received {{amount}} for {{code}} ({{when}}). The tax within it is {{tax}} ({{percent}} %)."),
        ["credit_note_issued"] = ("Credit note {{number}}: {{venue}}", "{{amount}} of {{code}} ({{when}}) was given back. The tax within it is {{tax}} ({{percent}} %)."),
        ["balance_due"] = ("{{amount}} is due for {{venue}}", "{{amount}} of {{code}} ({{venue}}, {{when}}) is to be paid by {{until}}."),
        ["credit_given"] = ("{{amount}} credit from {{venue}}", "{{venue}} gave you {{amount}}: {{reason}}. It is used first when you pay there, until {{until}}."),
        ["plan_bought"] = ("{{plan}} is yours", "{{plan}} at {{venue}} counts until {{until}}."),
        ["plan_refunded"] = ("{{plan}} was paid back", "{{amount}} for {{plan}} at {{venue}} went back to you; it can no longer be used."),
        ["membership_renewed"] = ("{{plan}} goes on", "{{amount}} was paid for {{plan}} at {{venue}}, until {{until}}."),
        ["membership_due"] = ("{{plan}} has to be paid", "{{amount}} for {{plan}} at {{venue}} is due. Pay it by {{until}} to keep your membership."),
        ["membership_lapsed"] = ("{{plan}} has ended", "{{plan}} at {{venue}} was not paid and has ended. You can take it up again at any time."),
        ["new_booking"] = ("New booking: {{guest}}", "{{when}}, {{courts}}, {{offering}} ({{code}})."),
        ["desk_cancellation"] = ("Cancelled: {{guest}}", "{{when}}, {{courts}} ({{code}}) is free again."),
    }.ToFrozenDictionary();

    /// <summary>Every kind there is a text for.</summary>
    public static IEnumerable<string> Types => ByType.Keys;

    /// <summary>Every text there is, in English: what has to be translated.</summary>
    public static IEnumerable<string> Texts => ByType.Values.SelectMany(t => new[] { t.Title, t.Body });

    /// <summary>Writes the headline and the body of a kind in the current language.</summary>
    /// <exception cref="HandlebarsException">The data lacks something the text needs.</exception>
    public static (string Title, string Body) Write(string type, IReadOnlyDictionary<string, string> data)
    {
        var (title, body) = ByType[type];
        return (Fill(title, data), Fill(body, data));
    }

    private static string Fill(string english, IReadOnlyDictionary<string, string> data) => Compiled.GetOrAdd(Wording.Of(english), Compile)(data);

    // One at a time: the engine keeps what it learns while it compiles, and says nowhere that several may teach it at once.
    private static HandlebarsTemplate<object, object> Compile(string text)
    {
        lock (Engine) return Engine.Compile(text);
    }
}
