using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sarai.Postgres;

namespace Sarai.Bench;

/// <summary>The application under load, in a process of its own on a durable PostgreSQL, with a club and guests made through its API.</summary>
internal sealed class Subject : IAsyncDisposable
{
    public const int Courts = 200;
    public const int Days = 25;
    private readonly string _data = Directory.CreateTempSubdirectory("sarai-bench-").FullName;
    private Process? _process;

    public required ThrowAwayPostgres Postgres { get; init; }

    public required Uri Address { get; init; }

    public NpgsqlDataSource Source { get; private set; } = null!;

    public string Key { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes("bench-master-key-of-32-bytes-now"));

    public Guid Venue { get; private set; }

    /// <summary>A club of an ordinary size, whose day is read.</summary>
    public Guid Club { get; private set; }

    public Guid Offering { get; private set; }

    public string[] CourtIds { get; private set; } = [];

    public List<string> Guests { get; } = [];

    public DateOnly FirstDay { get; } = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(2));

    public static async Task<Subject> Start()
    {
        var subject = new Subject { Postgres = await ThrowAwayPostgres.Start(durable: true), Address = FreeAddress() };
        subject.Source = NpgsqlDataSource.Create(subject.Postgres.ConnectionString("postgres"));
        await subject.Run();
        await subject.Furnish();
        return subject;
    }

    /// <summary>An address nobody listens on now.</summary>
    public static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public async Task Run()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sarai.Host.dll"), "--urls", Address.ToString()])
        {
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Bench", ["ConnectionStrings__Sarai"] = Postgres.ConnectionString("postgres"), ["Sarai__RateLimits"] = "off", ["Sarai__Demo"] = "false",
                ["Sarai__Quiet"] = "true", ["Sarai__Data"] = _data, ["Sarai__Secrets__Key"] = Key, ["Sarai__Passwords__Iterations"] = "1000", ["Logging__LogLevel__Default"] = "Error",
                ["DOTNET_GCHeapHardLimit"] = "0x10000000",
            },
        };
        _process = Process.Start(start)!;
        using var probe = new HttpClient();
        for (var i = 0; i < 200; i++)
        {
            try
            {
                if ((await probe.GetAsync(new Uri(Address, "/.well-known/jwks.json"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not up yet; nothing but asking again tells when it is.
            }
            await Task.Delay(100);
        }
        throw new InvalidOperationException("The application did not start.");
    }

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    public long MemoryMb => long.Parse(File.ReadLines($"/proc/{_process!.Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>Processor time so far, in seconds: of the application and of the whole database server. Unlike a rate it does not suffer from what else the machine does.</summary>
    public (double App, double Postgres) Spent()
    {
        var (app, postgres) = (0L, 0L);
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(f[^1])))
        {
            try
            {
                var stat = File.ReadAllText($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                var (pid, parent) = (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture));
                // Own time in user and system mode; for the postmaster also that of backends that have ended.
                long Ticks(int from, int count) => fields.Skip(from).Take(count).Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
                if (pid == _process!.Id) app = Ticks(11, 2);
                else if (pid == Postgres.ProcessId) postgres += Ticks(11, 4);
                else if (parent == Postgres.ProcessId) postgres += Ticks(11, 2);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended between being listed and being read.
            }
        }
        return (app / 100.0, postgres / 100.0);
    }

    /// <summary>Frees every hold between rounds, so that guests may hold again.</summary>
    public async Task Clear()
    {
        await using var command = Source.CreateCommand("update bookings.booking set status = 'Cancelled', expires_at = null where status = 'Held'; delete from bookings.claim; vacuum bookings.claim");
        foreach (var part in command.CommandText.Split(';'))
        {
            await using var step = Source.CreateCommand(part);
            await step.ExecuteNonQueryAsync();
        }
    }

    public async Task Do(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> Ask(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public string Slot(int index)
    {
        var (day, hour) = (index / 16 % Days, index % 16);
        return $"{FirstDay.AddDays(day):yyyy-MM-dd}T{7 + hour:00}:00:00+05:00";
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Source.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(_data, true);
    }

    private async Task Furnish()
    {
        using var wire = new Wire(Address);
        var owner = await Register(wire, "owner@example.com");
        await using (var admin = Source.CreateCommand("update identity.account set role = 'admin'")) await admin.ExecuteNonQueryAsync();
        owner = (await Call(wire, "POST", "/api/v1/auth/login", null, new { email = "owner@example.com", password = "Bench-Password-1!" })).GetProperty("accessToken").GetString()!;
        var organisation = (await Call(wire, "POST", "/api/v1/organisations", owner, new { name = "Bench", vertical = "courts" })).GetProperty("id").GetGuid();
        (Venue, CourtIds, Offering) = await Open("Bench", Courts);
        (Club, _, _) = await Open("Club", 8);
        var people = await Task.WhenAll(Enumerable.Range(0, 16).Select(async w =>
        {
            using var own = new Wire(Address);
            var tokens = new List<string>();
            for (var i = 0; i < 400; i++) tokens.Add(await Register(own, $"guest{w}-{i}@example.com"));
            return tokens;
        }));
        Guests.AddRange(people.SelectMany(p => p));
        // Six thousand letters of welcome are not part of anything measured.
        while (await Ask("select (select count(*) from identity.outbox) + (select count(*) from catalog.outbox) + (select count(*) from notifications.message where status = 'Queued')") > 0) await Task.Delay(100);

        async Task<(Guid Id, string[] Courts, Guid Offering)> Open(string name, int courts)
        {
            var id = (await Call(wire, "POST", "/api/v1/venues", owner, new
            {
                organisationId = organisation, vertical = "courts",
                details = new { name, city = "Islamabad", latitude = 33.7, longitude = 73.0, timeZone = "Asia/Karachi", currency = "PKR" },
            })).GetProperty("venue").GetProperty("id").GetGuid();
            async Task<JsonElement> Put(string part, object body) => (await Call(wire, "PUT", $"/api/v1/venues/{id}/{part}", owner, body)).GetProperty("venue");
            var days = new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
            await Put("hours", new { hours = days.Select(day => new { day, opens = "07:00:00", closes = "23:00:00" }) });
            await Put("policy", new { });
            string[] ids = [.. (await Put("resources", new { resources = Enumerable.Range(1, courts).Select(n => new { name = $"Court {n}" }) })).GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
            var offering = (await Put("offerings", new { offerings = new[] { new { name = "Padel", durations = new[] { 60, 90, 120 }, stepMinutes = 30 } } })).GetProperty("offerings")[0].GetProperty("id").GetGuid();
            await Put("prices", new { prices = new object[] { new { label = "Peak", from = "17:00:00", to = "23:00:00", perHour = 600000, peak = true }, new { label = "Off-peak", from = "00:00:00", to = "00:00:00", perHour = 350000 } } });
            await Call(wire, "POST", $"/api/v1/venues/{id}/submit", owner, new { });
            await Call(wire, "POST", $"/api/v1/admin/venues/{id}/approve", owner, new { });
            return (id, ids, offering);
        }
    }

    private static async Task<string> Register(Wire wire, string email) =>
        (await Call(wire, "POST", "/api/v1/auth/register", null, new { email, name = "Bench guest", password = "Bench-Password-1!" })).GetProperty("accessToken").GetString()!;

    private static async Task<JsonElement> Call(Wire wire, string method, string path, string? token, object body)
    {
        var (status, text) = await wire.Send(method, path, token, JsonSerializer.Serialize(body));
        return status < 300 ? JsonDocument.Parse(text).RootElement.GetProperty("data") : throw new InvalidOperationException($"{method} {path}: {status} {text}");
    }
}
