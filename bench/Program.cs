using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sarai.Bench;

// Every figure is a share of a limit measured in the same run, in turns with it, so that what else the machine does weighs on both.
// dotnet run -c Release --project bench -- [seconds per turn, 10] [seconds of the hot slot, 60] [hold] [confirm] [hot] [grid] [outbox] [live] [search] [money]; without names all of them

if (args is ["bare", var bareUrl, var payload])
{
    var bytes = JsonDocument.Parse(await File.ReadAllTextAsync(payload)).RootElement;
    var typed = bytes.Deserialize<Sarai.Bookings.FindAvailability.Response>(Json.Options)!;
    var bare = WebApplication.CreateSlimBuilder();
    bare.Logging.ClearProviders();
    var server = bare.Build();
    server.Urls.Add(bareUrl);
    server.MapGet("/", () => Results.Json(typed, Json.Options));
    await server.RunAsync();
    return;
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var turn = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10);
var hotTime = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 60);
string[] steps = args.Length > 2 ? args[2..] : ["hold", "confirm", "hot", "grid", "outbox", "live", "search", "money"];
const int Workers = 32;
const int Turns = 3;

await using var subject = await Subject.Start();
Console.WriteLine($"PostgreSQL and Sarai on {Environment.ProcessorCount} cores, {Workers} connections, {Turns} turns of {turn.TotalSeconds} s each\n");
var next = 0;
// The runtime compiles what is hot a second time while it runs; what is measured is the app as it is a minute after its start.
for (var i = 0; i < 2; i++)
{
    await Holds(turn);
    await subject.Clear();
    if (steps.Contains("confirm")) await Confirms(turn);
    await subject.Clear();
}

var (inserts, holds, confirms) = (new List<double>(), new List<Run>(), new List<Run>());
for (var i = 0; i < Turns; i++)
{
    inserts.Add(await PgBench());
    await subject.Clear();
    if (steps.Contains("hold")) holds.Add(await Costed(Holds));
    await subject.Clear();
    if (steps.Contains("confirm")) confirms.Add(await Costed(Confirms));
    await subject.Clear();
}
var limit = inserts.Average();
var (hold, confirm) = (Run.Join(holds), Run.Join(confirms));
Console.WriteLine($"{"pgbench, claim insert",-34} {limit,8:F0}/s");
if (steps.Contains("hold")) Report("hold", hold, limit, 0.45, 0.60);
if (steps.Contains("confirm")) Report("hold + payment webhook + confirm", confirm, limit, 0.20, 0.30);
if (steps.Contains("money")) await MoneySteps.Run(subject, turn, Wish);
if (steps.Contains("hot"))
{
    Report("hot slot, 32 clients on 4 courts", await Hot(hotTime), hold.Rate, 0.60, 1.0, "of the uncontended rate");
    Console.WriteLine($"{"",-34} overlaps {await subject.Ask("select count(*) from bookings.claim a join bookings.claim b on a.resource_id = b.resource_id and a.during && b.during and a.ctid <> b.ctid")}");
    await subject.Clear();
}
if (steps.Contains("grid")) await Grid();
if (steps.Contains("outbox")) await Drain(confirm.Rate);
if (steps.Contains("live")) await Live();
if (steps.Contains("search")) await Search();
Console.WriteLine($"{"memory of the app after load",-34} {subject.MemoryMb,8} MB   (under 300)");

async Task<Run> Costed(Func<TimeSpan, Task<Run>> run)
{
    var before = subject.Spent();
    var result = await run(turn);
    var after = subject.Spent();
    return result with { App = after.App - before.App, Postgres = after.Postgres - before.Postgres };
}

async Task<Run> Holds(TimeSpan time)
{
    var wires = Enumerable.Range(0, Workers).Select(_ => new Wire(subject.Address)).ToList();
    var run = await Run.For(time, Workers, async w =>
    {
        var (status, _) = await wires[w].Send("POST", "/api/v1/bookings", Guest(out var n), Wish(n), $"Idempotency-Key: {Guid.NewGuid():n}");
        return status == 201;
    });
    wires.ForEach(w => w.Dispose());
    return run;
}

async Task<Run> Confirms(TimeSpan time)
{
    var secret = HMACSHA256.HashData(Convert.FromBase64String(subject.Key), "sarai:sandbox-webhooks"u8);
    var wires = Enumerable.Range(0, Workers).Select(_ => new Wire(subject.Address)).ToList();
    var before = await subject.Ask("select count(*) from bookings.booking where status = 'Confirmed'");
    var run = await Run.For(time, Workers, async w =>
    {
        var token = Guest(out var n);
        var (held, text) = await wires[w].Send("POST", "/api/v1/bookings", token, Wish(n));
        if (held != 201) return false;
        var (ordered, order) = await wires[w].Send("POST", "/api/v1/payments/create-order", token, $$"""{"bookingId":"{{Field(text, "id")}}","method":"sandbox"}""");
        if (ordered != 201) return false;
        var amount = text.Contains("\"total\":{\"amount\":600000", StringComparison.Ordinal) ? 600000 : 350000;
        var body = $$"""{"type":"paid","reference":"sb_{{Field(order, "paymentId").Replace("-", "", StringComparison.Ordinal)}}","amount":{{amount}},"currency":"PKR"}""";
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{seconds}.{body}")));
        var (told, _) = await wires[w].Send("POST", "/api/v1/webhooks/payments/sandbox", null, body, $"X-Sandbox-Signature: {seconds},{mac}");
        return told == 200;
    });
    wires.ForEach(w => w.Dispose());
    // A flow counts when its booking is confirmed; the time runs until the last one is, and only looking tells when that is.
    var watch = Stopwatch.StartNew();
    while (await subject.Ask("select count(*) from bookings.booking where status = 'Confirmed'") < before + run.Count - run.Wrong && watch.Elapsed < TimeSpan.FromSeconds(60)) await Task.Delay(20);
    return run with { Seconds = run.Seconds + watch.Elapsed.TotalSeconds };
}

async Task<Run> Hot(TimeSpan time)
{
    var wires = Enumerable.Range(0, Workers).Select(_ => new Wire(subject.Address)).ToList();
    var slot = subject.Slot(40);
    var run = await Run.For(time, Workers, async w =>
    {
        var token = subject.Guests[w];
        var (status, text) = await wires[w].Send("POST", "/api/v1/bookings", token, $$"""{"offeringId":"{{subject.Offering}}","resourceId":"{{subject.CourtIds[Random.Shared.Next(4)]}}","startsAt":"{{slot}}","minutes":60}""");
        if (status == 201) (status, _) = await wires[w].Send("PUT", $"/api/v1/bookings/{Field(text, "id")}/cancel", token, "{}");
        return status is 200 or 409;
    });
    wires.ForEach(w => w.Dispose());
    return run;
}

async Task Search()
{
    var today = DateOnly.FromDateTime(DateTime.UtcNow);
    await Searching.Fill(subject.Source, today);
    var (places, ids) = (new List<(double, double)>(), new List<Guid>());
    await using (var some = subject.Source.CreateCommand("select venue_id, latitude, longitude from search.venue order by md5(venue_id::text) limit 5000"))
    await using (var rows = await some.ExecuteReaderAsync())
    {
        while (await rows.ReadAsync())
        {
            ids.Add(rows.GetGuid(0));
            places.Add((rows.GetDouble(1), rows.GetDouble(2)));
        }
    }
    // The places came while the application ran: a few guests ask while it reads them, as at a start, and then all of them.
    await Searching.Ask(subject.Address, places, today, TimeSpan.FromSeconds(30), 1);
    await Searching.Ask(subject.Address, places, today, TimeSpan.FromSeconds(4), Workers);
    var (found, plain) = (new List<Run>(), new List<Run>());
    for (var i = 0; i < Turns; i++)
    {
        plain.Add(await Searching.Select(subject.Source, ids, turn, Workers));
        found.Add(await Costed(time => Searching.Ask(subject.Address, places, today, time, Workers)));
    }
    var (search, select) = (Run.Join(found), Run.Join(plain));
    Console.WriteLine($"{"SELECT of 20 hotels by key",-34} {select.Rate,8:F0}/s   p95 {select.P95:F1} ms");
    Console.WriteLine($"{"search among 100,000 hotels",-34} {search.Rate,8:F0}/s   p95 {search.P95:F1} ms (under 30)   share {search.Rate / select.Rate:F2}   wrong {search.Wrong}   app {search.App / search.Count * 1e6:F0} us, PostgreSQL {search.Postgres / search.Count * 1e6:F0} us each");
}

async Task Grid()
{
    var path = $"/api/v1/venues/{subject.Club}/availability?date={subject.FirstDay:yyyy-MM-dd}&minutes=60";
    using var one = new Wire(subject.Address);
    var (_, text) = await one.Send("GET", path, null);
    var file = Path.GetTempFileName();
    await File.WriteAllTextAsync(file, JsonDocument.Parse(text).RootElement.GetProperty("data").GetRawText());
    var bareAddress = Subject.FreeAddress();
    using var bare = Process.Start("dotnet", [typeof(Wire).Assembly.Location, "bare", bareAddress.ToString(), file]);
    for (var i = 0; i < 100; i++)
    {
        try
        {
            using var probe = new Wire(bareAddress);
            await probe.Send("GET", "/", null);
            break;
        }
        catch (Exception notYet) when (notYet is System.Net.Sockets.SocketException or IOException)
        {
            // The comparison process tells nobody that it is up; a tenth of a second later it is asked again.
            await Task.Delay(100);
        }
    }
    var (grid, json) = (new List<Run>(), new List<Run>());
    for (var i = 0; i < Turns; i++)
    {
        json.Add(await Get(bareAddress, "/"));
        grid.Add(await Get(subject.Address, path));
    }
    bare.Kill();
    File.Delete(file);
    Console.WriteLine($"{"bare Kestrel, the same JSON",-34} {Run.Join(json).Rate,8:F0}/s");
    Report($"day grid ({text.Length / 1024} kB)", Run.Join(grid), Run.Join(json).Rate, 0.50, 0.75, "of bare Kestrel");

    async Task<Run> Get(Uri address, string target)
    {
        var wires = Enumerable.Range(0, Workers).Select(_ => new Wire(address)).ToList();
        var run = await Run.For(turn, Workers, async w => (await wires[w].Send("GET", target, null)).Status == 200);
        wires.ForEach(w => w.Dispose());
        return run;
    }
}

async Task Drain(double confirmRate)
{
    // Real events are kept aside while they are published, and put back many times over while nobody delivers.
    await subject.Do("create table public.kept (key uuid, name text, body jsonb)");
    await subject.Do("create function public.keep() returns trigger language plpgsql as 'begin insert into public.kept values (new.key, new.name, new.body); return null; end'");
    await subject.Do("create trigger keep after insert on bookings.outbox for each row execute function public.keep()");
    await Confirms(TimeSpan.FromSeconds(2));
    await subject.Do("drop trigger keep on bookings.outbox");
    subject.Kill();
    await subject.Do("""
        insert into bookings.outbox (at, event_id, key, name, body) select now(), gen_random_uuid(), key, name, body from
          (select * from public.kept where name in ('booking.created', 'booking.confirmed') limit 200) k, generate_series(1, 100)
        """);
    var put = await subject.Ask("select count(*) from bookings.outbox");
    await subject.Run();
    var watch = Stopwatch.StartNew();
    var left = await subject.Ask("select count(*) from bookings.outbox");
    // The dispatcher tells nobody that it is done; what is left is counted until nothing is.
    while (await subject.Ask("select count(*) from bookings.outbox") > 0 && watch.Elapsed < TimeSpan.FromMinutes(3)) await Task.Delay(20);
    var rate = left / watch.Elapsed.TotalSeconds;
    Console.WriteLine($"{"outbox drain",-34} {rate,8:F0}/s   {rate / confirmRate:F1} × the confirm rate (floor 5)   {put} events put back, {left} left when the app was up");
}

async Task Live()
{
    const int Clients = 5000;
    var clients = new List<ClientWebSocket>(Clients);
    await Parallel.ForEachAsync(Enumerable.Range(0, Clients), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, cancel) =>
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{subject.Address.Port}/live"), cancel);
        await Say(socket, """{"protocol":"json","version":1}""");
        await Hear(socket, "{}");
        await Say(socket, $$"""{"type":1,"invocationId":"1","target":"Join","arguments":["venue:{{subject.Venue}}"]}""");
        await Hear(socket, "\"result\":true");
        lock (clients) clients.Add(socket);
    });
    var heard = clients.Select(c => Task.Run(async () =>
    {
        await Hear(c, "slot_taken");
        return Stopwatch.GetTimestamp();
    })).ToList();
    using var wire = new Wire(subject.Address);
    var (status, _) = await wire.Send("POST", "/api/v1/bookings", Guest(out var n), Wish(n));
    var sent = Stopwatch.GetTimestamp();
    var all = Task.WhenAll(heard);
    // A client that never hears must not keep the run from its end: those are missing from the count.
    await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(20)));
    var times = heard.Where(h => h.IsCompletedSuccessfully).Select(h => Stopwatch.GetElapsedTime(sent, h.Result).TotalMilliseconds).Order().ToList();
    var p99 = times.Count == 0 ? double.NaN : times[(int)(times.Count * 0.99)];
    Console.WriteLine($"{$"{Clients} live clients, one hold ({status})",-34} {times.Count,8} heard   p50 {(times.Count == 0 ? double.NaN : times[times.Count / 2]):F0} ms   p99 {p99:F0} ms   (under 400)");
    clients.ForEach(c => c.Dispose());
}

static async Task Say(ClientWebSocket socket, string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text + "\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);

static async Task Hear(ClientWebSocket socket, string what)
{
    var buffer = new byte[8192];
    while (true)
    {
        var read = await socket.ReceiveAsync(buffer, CancellationToken.None);
        if (Encoding.UTF8.GetString(buffer, 0, read.Count).Contains(what, StringComparison.Ordinal)) return;
    }
}

async Task<double> PgBench()
{
    var script = Path.GetTempFileName();
    await File.WriteAllTextAsync(script, """
        \set n :n + 1
        insert into bookings.claim (resource_id, during, booking_id, expires_at) values (md5(:client_id::text)::uuid, tstzrange(timestamptz '2031-01-01' + :n * interval '1 hour', timestamptz '2031-01-01' + (:n + 1) * interval '1 hour'), gen_random_uuid(), timestamptz '2041-01-01');
        """);
    var settings = new Npgsql.NpgsqlConnectionStringBuilder(subject.Postgres.ConnectionString("postgres"));
    var info = new ProcessStartInfo("pgbench", ["-n", "-M", "prepared", "-c", $"{Workers}", "-j", "2", "-T", $"{turn.TotalSeconds:F0}", "-D", "n=0", "-f", script, "-h", settings.Host!, "-p", $"{settings.Port}", "-U", settings.Username!, "postgres"])
    { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PGPASSWORD"] = settings.Password } };
    using var pgbench = Process.Start(info)!;
    var output = await pgbench.StandardOutput.ReadToEndAsync();
    await pgbench.WaitForExitAsync();
    File.Delete(script);
    var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal)) ?? throw new InvalidOperationException("pgbench failed: " + await pgbench.StandardError.ReadToEndAsync());
    return double.Parse(line["tps = ".Length..].Split(' ')[0], CultureInfo.InvariantCulture);
}

string Guest(out int n)
{
    n = Interlocked.Increment(ref next);
    return subject.Guests[n % subject.Guests.Count];
}

// Neighbouring numbers lie on different courts and in different hours.
string Wish(int n) =>
    $$"""{"offeringId":"{{subject.Offering}}","resourceId":"{{subject.CourtIds[n % Subject.Courts]}}","startsAt":"{{subject.Slot(n / Subject.Courts)}}","minutes":60}""";

static string Field(string json, string name)
{
    var at = json.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
    return json[at..json.IndexOf('"', at)];
}

static void Report(string what, Run run, double limit, double floor, double aim, string of = "of pgbench") =>
    Console.WriteLine($"{what,-34} {run.Rate,8:F0}/s   {run.Rate / limit:F2} {of} (floor {floor:F2}, aim {aim:F2})   p50 {run.P50:F1} ms   p99 {run.P99:F1} ms   wrong {run.Wrong} of {run.Count}{(run.App > 0 ? $"   each costs the app {run.App / run.Count * 1e6:F0} µs, PostgreSQL {run.Postgres / run.Count * 1e6:F0} µs" : "")}");
