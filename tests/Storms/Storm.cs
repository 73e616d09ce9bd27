using System.Diagnostics;
using System.Globalization;

[assembly: AssemblyFixture(typeof(Sarai.Stories.StoryPostgres))]

namespace Sarai.Storms;

/// <summary>How long and how often: settings of the environment, so that a storm can be made longer than <c>dotnet test</c> has time for.</summary>
public static class Weather
{
    /// <summary><c>SARAI_STORM_KILLS</c>: how often each server is killed. When it is not set, 20 times, or as often as there is time for in 40 seconds.</summary>
    public static int Kills { get; } = Setting("SARAI_STORM_KILLS", 20);

    /// <summary>How long a storm of kills may last.</summary>
    public static TimeSpan Patience { get; } = Environment.GetEnvironmentVariable("SARAI_STORM_KILLS") is null ? TimeSpan.FromSeconds(40) : TimeSpan.FromHours(1);

    /// <summary><c>SARAI_STORM_SECONDS</c>: how long the storm of holds, moves, blocks and expiries lasts.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(Setting("SARAI_STORM_SECONDS", 15));

    /// <summary><c>SARAI_STORM_SEED</c>: what the dice begin with; printed by a storm that fails.</summary>
    public static int Seed { get; } = Setting("SARAI_STORM_SEED", Random.Shared.Next(1_000_000));

    /// <summary>Says what a storm has done: beside its test, and in the file <c>SARAI_STORM_REPORT</c> when that is set.</summary>
    public static void Report(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("SARAI_STORM_REPORT") is { Length: > 0 } file) File.AppendAllText(file, $"{DateTime.UtcNow:HH:mm:ss} seed {Seed} {line}\n");
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : otherwise;
}

/// <summary>What must be true of the books when everything has come to rest, whatever happened before.</summary>
public static class Truth
{
    /// <summary>Waits until nothing is on its way any more: what waits for a clock is told that its time has come.</summary>
    public static async Task ComesToRest(TestDatabase database)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            await database.Ask("""
                update payments.sandbox_webhook set due_at = now() where sent_at is null and due_at > now();
                update payments.attempt set poll_at = now() where status = 'Open' and poll_at > now();
                update payments.refund set retry_at = now() where status = 'Pending' and retry_at > now();
                update bookings.outbox set retry_at = null where retry_at > now();
                update payments.outbox set retry_at = null where retry_at > now();
                update notifications.message set due_at = now() where status = 'Queued' and due_at > now();
                """);
            var waiting = (string)(await database.Ask("""
                select concat_ws(' ',
                  (select 'bookings.outbox ' || count(*) || ' ' || coalesce(max(problem), '') from bookings.outbox having count(*) > 0),
                  (select 'payments.outbox ' || count(*) || ' ' || coalesce(max(problem), '') from payments.outbox having count(*) > 0),
                  (select 'webhooks ' || count(*) || ' ' || coalesce(max(problem), '') from payments.sandbox_webhook where sent_at is null having count(*) > 0),
                  (select 'refunds ' || count(*) from payments.refund where status = 'Pending' having count(*) > 0),
                  (select 'mail ' || count(*) from notifications.message where status = 'Queued' having count(*) > 0),
                  (select 'holds ' || count(*) from bookings.booking where status = 'Held' and expires_at < now() having count(*) > 0))
                """))!;
            if (waiting.Length == 0) return;
            if (watch.Elapsed > TimeSpan.FromMinutes(3)) throw new ShouldAssertException($"This never came to rest: {waiting}");
            await Task.Delay(50);
        }
    }

    /// <summary>No court is sold twice, and every booking that has a place has it in the claim ledger.</summary>
    /// <param name="database">The database.</param>
    /// <param name="clock">What the application takes for now, when it is not the real time.</param>
    public static async Task NothingIsSoldTwice(TestDatabase database, TimeProvider? clock = null)
    {
        var now = $"timestamptz '{(clock ?? TimeProvider.System).GetUtcNow():O}'";
        await None(database, "claims that overlap", "select a.resource_id::text from bookings.claim a join bookings.claim b on a.resource_id = b.resource_id and a.during && b.during and a.ctid < b.ctid");
        await None(database, "bookings that overlap without their claims", $"""
            with taken as (select b.id, (r ->> 'id')::uuid as court, tstzrange(b.starts_at, b.ends_at) as during from bookings.booking b, jsonb_array_elements(b.resources) r
              where b.status in ('Confirmed', 'CheckedIn', 'Completed') or b.status = 'Held' and b.expires_at > {now})
            select a.id || ' and ' || b.id from taken a join taken b on a.court = b.court and a.during && b.during and a.id < b.id
            """);
        await None(database, "bookings without their claims", $"""
            select b.id::text || ' ' || b.status from bookings.booking b where b.status in ('Confirmed', 'CheckedIn') and b.ends_at > {now}
              and jsonb_array_length(b.resources) <> (select count(*) from bookings.claim c where c.booking_id = b.id and c.expires_at is null and c.during = tstzrange(b.starts_at, b.ends_at))
            """);
        await None(database, "claims that nobody has a right to", """
            select c.booking_id::text from bookings.claim c left join bookings.booking b on b.id = c.booking_id and b.status in ('Held', 'Confirmed', 'CheckedIn', 'Completed')
              where c.booking_id is not null and b.id is null
            """);
        await None(database, "claims of blocks that are gone", "select c.block_id::text from bookings.claim c left join bookings.block b on b.id = c.block_id where c.block_id is not null and b.id is null");
    }

    /// <summary>The ledger sums to zero, and every payment the gateway took is with its booking, back with the guest, or waiting for a person.</summary>
    public static async Task NoMoneyIsLost(TestDatabase database)
    {
        await None(database, "postings that do not balance", "select posting_id::text from payments.entry group by posting_id, currency having sum(amount) <> 0");
        await None(database, "totals that differ from their entries", """
            select b.account_id::text from payments.balance b left join (select account_id, stripe, sum(amount)::bigint as amount from payments.entry group by 1, 2) e using (account_id, stripe)
              where b.amount <> coalesce(e.amount, 0)
            """);
        await None(database, "charges of the gateway that never reached the ledger", """
            select c.reference from payments.sandbox_charge c where c.outcome <> 'fail' and not exists (select 1 from payments.posting p where p.key = 'capture:sandbox:' || c.capture)
            """);
        await None(database, "captures that differ from the gateway's", """
            select p.id::text from payments.payment p where p.method = 'sandbox' and p.captured_amount <>
              (select coalesce(sum(c.amount), 0) from payments.attempt a join payments.sandbox_charge c on c.reference = a.reference where a.payment_id = p.id and c.outcome in ('succeed', 'duplicate', 'late'))
            """);
        await None(database, "refunds that differ from what was marked", """
            select p.id::text from payments.payment p where p.refunded_amount <> coalesce((select sum(r.amount) from payments.refund r where r.payment_id = p.id), 0)
            """);
        await None(database, "bookings that know of other money than the ledger", """
            select b.id::text || ' ' || b.status || ' booking ' || b.paid || ' ledger ' || coalesce(p.kept, 0) from bookings.booking b
            left join (select booking_id, sum(captured_amount - refunded_amount) as kept from payments.payment group by 1) p on p.booking_id = b.id
            where b.paid <> coalesce(p.kept, 0)
            """);
        await None(database, "money of a wrong amount that nobody is asked about", """
            select c.reference from payments.sandbox_charge c where c.outcome = 'wrong_amount' and 1 <> (select count(*) from payments.review r where r.reference = c.reference and r.amount = c.amount)
            """);
        await None(database, "bookings that are paid and not confirmed", "select id::text || ' ' || status from bookings.booking where status in ('Held', 'Expired') and paid >= total and instead_of is null");
    }

    /// <summary>Everybody heard once, and only once, what happened to them.</summary>
    public static async Task NobodyHearsTwice(TestDatabase database, MailServer mail)
    {
        await None(database, "confirmed bookings whose guest was not told exactly once", """
            select b.id::text || ' ' || n.told from bookings.booking b
            cross join lateral (select count(*) as told from notifications.notification n where n.type = 'booking_confirmed' and n.link = '/bookings/' || b.id) n
            where n.told <> (select count(*) from jsonb_array_elements(b.history) h where h ->> 'to' = 'confirmed')
            """);
        await None(database, "payments whose guest was not told exactly once", """
            select b.id::text from bookings.booking b where b.instead_of is null and
              (select count(*) from notifications.notification n where n.type = 'payment_success' and n.link = '/bookings/' || b.id)
              <> (select count(*) from payments.payment p join bookings.booking o on o.id = p.booking_id where b.id in (o.id, o.instead_of) and p.captured_amount > 0)
            """);
        mail.Seen.Where(m => m.Value > 1).ShouldBeEmpty("These messages went out twice.");
        mail.Seen.Keys.ShouldNotContain("none");
        // What was being sent when the power failed may or may not have gone out, so it is left for a person; nothing else may be missing.
        var ids = mail.Seen.Keys.Select(id => id.Trim('<', '>').Split('@')[0]).ToHashSet();
        var sent = await List(database, "select replace(id::text, '-', '') from notifications.message where status = 'Sent' and channel = 'email'");
        sent.Where(id => !ids.Contains(id)).ShouldBeEmpty("These messages are marked as sent and never came.");
    }

    /// <summary>What the guests were told is so.</summary>
    public static async Task EveryPromiseIsKept(TestDatabase database, Crowd crowd)
    {
        crowd.Surprises.ShouldBeEmpty();
        crowd.Booked.ShouldNotBeEmpty();
        crowd.Paid.ShouldNotBeEmpty();
        crowd.Cancelled.ShouldNotBeEmpty();
        var status = (await List(database, "select id || ' ' || status from bookings.booking where instead_of is null")).Select(row => row.Split(' ')).ToDictionary(row => Guid.Parse(row[0]), row => row[1]);
        crowd.Booked.Values.Where(id => !status.ContainsKey(id)).ShouldBeEmpty("These bookings were acknowledged and are gone.");
        crowd.Booked.Count.ShouldBe(crowd.Booked.Values.Distinct().Count(), "A booking answered to two keys.");
        status.Count.ShouldBe(crowd.Booked.Count, "There are bookings nobody was told of, though everybody asked until they knew.");
        crowd.Cancelled.Keys.Where(id => status[id] != "Cancelled").ShouldBeEmpty("These cancellations were acknowledged and did not last.");
        var captured = (await List(database, "select id::text from payments.payment where captured_amount > 0")).Select(Guid.Parse).ToHashSet();
        crowd.Paid.Keys.Where(id => !captured.Contains(id)).ShouldBeEmpty("These payments were acknowledged and are gone.");
        // A payment that came when the hold had run out and somebody else has the court pays for an equal one that is offered, or goes back; which is checked by the money.
        var refused = (await List(database, """
            select payment_id::text from payments.refund where reason = 'slot_taken'
            union select p.id::text from payments.payment p join bookings.booking b on b.id = p.booking_id where b.instead_of is not null
            """)).Select(Guid.Parse).ToHashSet();
        crowd.Paid.Where(p => status[p.Value] is not ("Confirmed" or "Cancelled") && !refused.Contains(p.Key)).ShouldBeEmpty("These bookings were paid and are not confirmed.");
    }

    private static async Task None(TestDatabase database, string what, string sql) => (await List(database, sql)).ShouldBeEmpty($"There are {what}.");

    private static async Task<IReadOnlyList<string>> List(TestDatabase database, string sql) => (string[])(await database.Ask($"select coalesce(array_agg(x.t), '{{}}') from ({sql}) as x(t)"))!;
}
