using System.Globalization;

namespace Sarai.Storms;

/// <summary>
/// The application is a process of its own that dies by SIGKILL between the gateway's answer and its own commit, at one step after another of one booking's
/// life: whatever it did not write down it finds out again, and the money moves once.
/// </summary>
public sealed class DyingForReal(StoryPostgres postgres) : GatewayWorld(postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string?> _settings = [];
    private AppProcess? _process;

    private AppProcess Process => _process!;

    public override async ValueTask InitializeAsync()
    {
        Database = await Postgres.CreateDatabase();
        foreach (var (key, value) in Settings()) _settings[key] = value;
        _settings["Sarai:DieAt"] = "open:after";
        _process = await AppProcess.Start(_settings);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Uri AddressOf(RunningApp? node) => Process.Address;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Sarai:Data"] = Path.Combine(Path.GetTempPath(), $"sarai-dying-{Environment.ProcessId}");
    }

    [Fact]
    public async Task Killed_at_every_step_a_booking_is_paid_once_and_refunded_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "stripe", StripeKeys);
        var start = DateTime.UtcNow.AddDays(2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T18:00:00+05:00";
        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, start))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();

        await DiesOf(guest, "/api/v1/payments/create-order", new { bookingId = booking, method = "stripe" });
        await LiveUntil("confirm:after");
        var payment = (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        Stripe.Intents.Count.ShouldBe(1);

        await DiesOf(guest, $"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" });
        await LiveUntil("query:after");
        await DiesOf(guest, "/api/v1/payments/verify", new { paymentId = payment });
        await LiveUntil("refund:after");
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        await Until("select status = 'Confirmed' and paid = 600000 from bookings.booking");

        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 200000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        await Until("select attempts = 0 and retry_at > now() + interval '1 minute' from payments.refund", "the application did not die while it sent the refund");
        await LiveUntil(null);
        await Until("select status = 'Done' from payments.refund");
        Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()).ShouldBe(200000);
        await Until("select paid = 400000 from bookings.booking");
        (await Database.Ask("select count(*) from payments.payment where captured_amount = 600000 and refunded_amount = 200000")).ShouldBe(1L);
        await Truth.NothingIsSoldTwice(Database);
        await TheBooksAreRight();
    }

    private static async Task DiesOf(Person who, string path, object body)
    {
        try
        {
            var reply = await who.Client.Post(path, body);
            throw new ShouldAssertException($"It lived on and answered {(int)reply.Status}: {reply.Text}");
        }
        catch (Exception silence) when (silence is HttpRequestException or IOException)
        {
            // It is dead.
        }
    }

    private async Task LiveUntil(string? point)
    {
        _settings["Sarai:DieAt"] = point;
        Process.Kill();
        await Process.Restart();
    }

    // What waits for its time is told that it has come.
    private async Task Until(string sql, string? otherwise = null)
    {
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); await Database.Ask(sql) is not true; await Task.Delay(50))
        {
            if (otherwise is null) await Database.Ask("update payments.attempt set poll_at = now() where status = 'Open' and poll_at > now(); update payments.refund set retry_at = now() where status in ('Pending', 'Sent') and retry_at > now()");
            if (watch.Elapsed > Patience) throw new ShouldAssertException($"{otherwise ?? $"this never came true: {sql}"}\n{Process.Log}");
        }
    }
}
