using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Sarai.Bench;

/// <summary>Webhooks applied and wallet payments made per second, each as a share of what pgbench writes of the same ledger in turns with it.</summary>
internal static class MoneySteps
{
    private const int Workers = 32;
    private const int Turns = 3;

    public static async Task Run(Subject subject, TimeSpan turn, Func<int, string> wish)
    {
        var (limits, webhooks, wallets) = (new List<double>(), new List<double>(), new List<double>());
        // Every guest gets enough for all turns.
        await Webhooks(subject, subject.Guests.Count, 50_000_000, TimeSpan.FromMinutes(2));
        await subject.Do("analyze payments.payment; analyze payments.attempt; analyze payments.posting; analyze payments.entry");
        for (var i = 0; i < Turns; i++)
        {
            limits.Add(await PgBench(subject, turn));
            webhooks.Add(await Webhooks(subject, 30000, 100, turn));
            wallets.Add(await Wallets(subject, 1500, wish, i));
            await subject.Clear();
        }
        var limit = limits.Average();
        Console.WriteLine($"{"pgbench, ledger posting",-34} {limit,8:F0}/s");
        Console.WriteLine($"{"webhook applied",-34} {webhooks.Average(),8:F0}/s   {webhooks.Average() / limit:F2} of pgbench");
        Console.WriteLine($"{"paid from the wallet",-34} {wallets.Average(),8:F0}/s   {wallets.Average() / limit:F2} of pgbench");
        var wrong = await subject.Ask("select (select abs(sum(amount)) from payments.entry) + (select count(*) from payments.balance where guarded and amount < 0)");
        Console.WriteLine($"{"",-34} the ledger is off by {wrong}");
    }

    // Top-ups wait in the database; what is measured is the gateway telling about them.
    private static async Task<double> Webhooks(Subject subject, int waiting, long amount, TimeSpan turn)
    {
        await subject.Do($"""
            with guest as (select array_agg(id) as ids from identity.account where role = 'user'),
            p as (insert into payments.payment (id, purpose, guest_id, organisation_id, method, currency, amount, status, created_by, created_at)
              select gen_random_uuid(), 'TopUp', ids[1 + n % array_length(ids, 1)], '00000000-0000-0000-0000-000000000000', 'sandbox', 'PKR', {amount}, 'Pending', ids[1], now() from guest, generate_series(1, {waiting}) n returning id)
            insert into payments.attempt (id, payment_id, provider, reference, status, created_at) select gen_random_uuid(), id, 'sandbox', 'bench_' || replace(id::text, '-', ''), 'Open', now() from p
            """);
        var references = new ConcurrentQueue<string>(await List(subject, "select reference from payments.attempt where reference like 'bench\\_%' and status = 'Open'"));
        var secret = HMACSHA256.HashData(Convert.FromBase64String(subject.Key), "sarai:sandbox-webhooks"u8);
        return await Rate(subject, turn, async wire =>
        {
            if (!references.TryDequeue(out var reference)) return false;
            var body = $$"""{"type":"paid","reference":"{{reference}}","amount":{{amount}},"currency":"PKR"}""";
            var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var mac = Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{seconds}.{body}")));
            var (status, text) = await wire.Send("POST", "/api/v1/webhooks/payments/sandbox", null, body, $"X-Sandbox-Signature: {seconds},{mac}");
            return status == 200 ? true : throw new InvalidOperationException($"The webhook was answered {status}: {text}");
        });
    }

    // Slots are held before; what is measured is paying for them.
    private static async Task<double> Wallets(Subject subject, int count, Func<int, string> wish, int round)
    {
        var held = new ConcurrentQueue<(string Token, string Booking)>();
        var next = round * count;
        await Rate(subject, TimeSpan.FromSeconds(30), async wire =>
        {
            var n = Interlocked.Increment(ref next);
            if (n >= (round + 1) * count) return false;
            var token = subject.Guests[n % subject.Guests.Count];
            var (status, text) = await wire.Send("POST", "/api/v1/bookings", token, wish(n));
            if (status == 201) held.Enqueue((token, Field(text, "id")));
            return true;
        });
        return await Rate(subject, TimeSpan.FromSeconds(30), async wire =>
        {
            if (!held.TryDequeue(out var it)) return false;
            var (status, text) = await wire.Send("POST", "/api/v1/payments/create-order", it.Token, $$"""{"bookingId":"{{it.Booking}}","method":"wallet"}""");
            return status == 201 ? true : throw new InvalidOperationException($"Paying from the wallet was answered {status}: {text}");
        });
    }

    private static async Task<double> Rate(Subject subject, TimeSpan time, Func<Wire, Task<bool>> once)
    {
        var (watch, done) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            using var wire = new Wire(subject.Address);
            while (watch.Elapsed < time && await once(wire)) Interlocked.Increment(ref done);
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    // The same ledger, its triggers and constraints, one posting per transaction, between accounts in as many stripes.
    private static async Task<double> PgBench(Subject subject, TimeSpan turn)
    {
        var clearing = (await List(subject, "select id::text from payments.account where kind = 'Clearing' limit 1"))[0];
        await subject.Do("drop table if exists public.bench_wallet; create table public.bench_wallet as select (row_number() over (order by account_id) - 1)::int as n, account_id from payments.balance where guarded; alter table public.bench_wallet add primary key (n); analyze public.bench_wallet");
        var wallets = await subject.Ask("select count(*) from public.bench_wallet");
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            \set s random(0, 15)
            \set w random(0, {{wallets - 1}})
            with p as (insert into payments.posting (id, kind, key, at) values (gen_random_uuid(), 'bench', gen_random_uuid()::text, now()) returning id), w as (select account_id from public.bench_wallet where n = :w)
            insert into payments.entry (posting_id, account_id, stripe, currency, amount) select p.id, '{{clearing}}'::uuid, :s, 'PKR', -100 from p union all select p.id, w.account_id, 0, 'PKR', 100 from p, w;
            """);
        var settings = new NpgsqlConnectionStringBuilder(subject.Postgres.ConnectionString("postgres"));
        var info = new ProcessStartInfo("pgbench", ["-n", "-M", "prepared", "-c", $"{Workers}", "-j", "2", "-T", $"{turn.TotalSeconds:F0}", "-f", script, "-h", settings.Host!, "-p", $"{settings.Port}", "-U", settings.Username!, "postgres"])
        { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PGPASSWORD"] = settings.Password } };
        using var pgbench = Process.Start(info)!;
        var output = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        File.Delete(script);
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal)) ?? throw new InvalidOperationException("pgbench failed: " + await pgbench.StandardError.ReadToEndAsync());
        return double.Parse(line["tps = ".Length..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static async Task<List<string>> List(Subject subject, string sql)
    {
        await using var command = subject.Source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync()) found.Add(rows.GetString(0));
        return found;
    }

    private static string Field(string json, string name)
    {
        var at = json.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
        return json[at..json.IndexOf('"', at)];
    }
}
