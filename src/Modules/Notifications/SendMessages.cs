using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Notifications;

/// <summary>
/// Sends queued messages: e-mail by SMTP (<c>Sarai:Smtp:Host</c>, <c>Port</c>, <c>User</c>, <c>Password</c>, <c>From</c>, <c>Tls</c>). Each is
/// multipart, text and HTML; <c>Sarai:Url</c> is where its button leads. Without a server, in
/// Development they stay in the mailbox page; elsewhere they are kept as suppressed. Text messages go by <see cref="Twilio"/>. Never twice: the state is committed before the server is spoken to.
/// </summary>
public static class SendMessages
{
    private const int MaxAttempts = 8;

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock, configuration) = (services.GetRequiredService<NotificationsDb>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IConfiguration>());
        var now = clock.Now().ToDateTimeUtc();
        var due = await db.Messages.FromSql($"""
            update notifications.message set status = 'Sending', attempts = attempts + 1 where id in
              (select id from notifications.message where status = 'Queued' and due_at <= {now} order by due_at limit 200 for update skip locked) returning *
            """).ToListAsync(cancel);
        var mailHost = configuration["Sarai:Smtp:Host"] is { Length: > 0 } host ? host : null;
        var (status, problem) = services.GetRequiredService<IHostEnvironment>().IsProduction() ? ("Suppressed", "no provider is configured for this channel") : ("Sent", "kept in the development mailbox");
        var sent = due.Where(m => m.Channel == "email" ? mailHost is not null : Twilio.IsSetUp(configuration)).ToList();
        var unsent = due.Except(sent).Select(m => m.Id).ToArray();
        await db.Messages.Where(m => unsent.Contains(m.Id)).ExecuteUpdateAsync(set => set.SetProperty(m => m.Status, status).SetProperty(m => m.Problem, problem), cancel);
        foreach (var message in sent)
        {
            await (message.Channel == "email" ? Send(message, mailHost!, configuration, clock.Now(), cancel) : Twilio.Send(message, services, MaxAttempts, clock.Now(), cancel));
            await db.SaveChangesAsync(cancel);
        }
        return due.Count == 200;
    }

    private static async Task Send(Message message, string host, IConfiguration configuration, Instant now, CancellationToken cancel)
    {
        var settings = configuration.GetSection("Sarai:Smtp");
        using var client = new SmtpClient(host, settings.GetValue("Port", 587)) { EnableSsl = settings.GetValue("Tls", true), Timeout = 15_000 };
        if (settings["User"] is { Length: > 0 } user) client.Credentials = new System.Net.NetworkCredential(user, settings["Password"]);
        using var mail = new MailMessage(settings["From"] ?? $"sarai@{host}", message.Address, message.Subject, message.Body);
        // Text first: a mail program shows the last part it understands.
        mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(Mail.Write(message, configuration["Sarai:Url"]), Encoding.UTF8, MediaTypeNames.Text.Html));
        (mail.BodyEncoding, mail.SubjectEncoding) = (Encoding.UTF8, Encoding.UTF8);
        mail.Headers["Message-ID"] = $"<{message.Id:n}@sarai>";
        try
        {
            await client.SendMailAsync(mail, cancel);
            message.Status = "Sent";
        }
        catch (SmtpException problem)
        {
            // The server said no, or was never reached: in both cases it has not taken the message. A permanent no is final.
            var final = (int)problem.StatusCode is >= 500 and < 600 || message.Attempts >= MaxAttempts;
            (message.Status, message.Problem) = (final ? "Failed" : "Queued", problem.Message);
            message.DueAt = now + Duration.FromMinutes(Math.Pow(2, message.Attempts));
        }
    }
}
