using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Sarai.Postgres.Tests;

public sealed class KeptServer : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_a_database_and_the_second_finds_it_on_the_same_port()
    {
        string first;
        await using (var server = await Start())
        {
            first = server.ConnectionString;
            await Ask(server, "create table guest (name text); insert into guest values ('Zahra')");
        }

        await using var again = await Start();
        again.ConnectionString.ShouldBe(first);
        (await Ask(again, "select name from guest")).ShouldBe("Zahra");
    }

    [Fact]
    public async Task It_speaks_UTF8_and_has_every_extension_the_modules_need()
    {
        await using var server = await Start();
        foreach (var extension in new[] { "btree_gist", "pg_trgm", "cube", "earthdistance", "unaccent", "citext", "pgcrypto" })
            await Ask(server, $"create extension {extension}");
        (await Ask(server, "select upper('ébène') || ' ' || length('مہمان')")).ShouldBe("ÉBÈNE 5");
    }

    [Fact]
    public async Task It_promises_durability_and_listens_to_this_machine_only()
    {
        await using var server = await Start();
        (await Ask(server, "show fsync")).ShouldBe("on");
        (await Ask(server, "show synchronous_commit")).ShouldBe("on");
        (await Ask(server, "show full_page_writes")).ShouldBe("on");
        (await Ask(server, "show listen_addresses")).ShouldBe("127.0.0.1");
        (await Ask(server, "show unix_socket_directories")).ShouldBe("");
    }

    [Fact]
    public async Task It_lets_nobody_in_without_the_password_and_keeps_that_to_itself()
    {
        await using var server = await Start();
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync())).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(folder.Path, "postgres", "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_clean_stop_leaves_no_process()
    {
        var server = await Start();
        var pid = server.ProcessId;
        Processes.IsAlive(pid).ShouldBeTrue();
        await server.DisposeAsync();
        Processes.IsAlive(pid).ShouldBeFalse();
        Processes.In(Path.Combine(folder.Path, "postgres", "cluster")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_start_on_the_same_folder_is_refused()
    {
        await using var server = await Start();
        var problem = await Should.ThrowAsync<StartupProblem>(() => Start());
        problem.Message.ShouldBe($"Another Sarai already runs on the data folder {folder.Path}; stop it first, or choose another folder with Sarai__Data.");
        (await Ask(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_outlived_its_app_is_taken_over()
    {
        using var app = await ParentProcess.Start("kept", folder.Path);
        app.Kill();
        Processes.IsAlive(app.ServerId).ShouldBeTrue();

        await using var server = await Start();
        server.ProcessId.ShouldBe(app.ServerId);
        (await Ask(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_killed_together_with_its_app_starts_again_with_every_row()
    {
        using (var app = await ParentProcess.Start("kept", folder.Path))
        {
            app.Kill();
            await using var survivor = await Start();
            await Ask(survivor, "create table kept (n int); insert into kept select generate_series(1, 1000)");
            KillServer(survivor.ProcessId);
        }

        await using var server = await Start();
        (await Ask(server, "select count(*) from kept")).ShouldBe(1000L);
    }

    [Fact]
    public async Task A_server_killed_while_the_app_runs_is_started_again_where_it_was()
    {
        await using var server = await Start();
        using var stop = new CancellationTokenSource();
        var watch = server.Watch(stop.Token);
        await Ask(server, "create table kept (n int); insert into kept values (42)");

        var killed = server.ProcessId;
        KillServer(killed);
        await Eventually.True(() => server.ProcessId != killed, "the server should be started again");
        NpgsqlConnection.ClearAllPools();
        (await Ask(server, "select n from kept")).ShouldBe(42);

        await stop.CancelAsync();
        await watch;
    }

    [Fact]
    public async Task The_watch_ends_when_the_server_is_stopped()
    {
        var server = await Start();
        var watch = server.Watch(CancellationToken.None);
        await server.DisposeAsync();
        await watch.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Processes.IsAlive(server.ProcessId).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pid_file_that_names_a_stranger_does_not_stop_the_start()
    {
        await (await Start()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "postgres", "cluster", "postmaster.pid"),
            $"{Environment.ProcessId}\n{folder.Path}/postgres/cluster\n1\n1\n\n127.0.0.1\n0 0\nready\n", TestContext.Current.CancellationToken);
        await using var server = await Start();
        (await Ask(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_pid_file_emptied_by_a_power_cut_does_not_stop_the_start()
    {
        await (await Start()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "postgres", "cluster", "postmaster.pid"), "", TestContext.Current.CancellationToken);
        await using var server = await Start();
        (await Ask(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_half_made_when_the_power_went_is_made_again()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "postgres", "new", "cluster"));
        await using var server = await Start();
        (await Ask(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_data_folder_that_was_moved_starts_in_its_new_place()
    {
        var (before, after) = (Path.Combine(folder.Path, "before"), Path.Combine(folder.Path, "after"));
        await using (var server = await Start(before))
            await Ask(server, "create table kept (n int)");
        Directory.Move(before, after);
        await using var moved = await Start(after);
        (await Ask(moved, "select count(*) from kept")).ShouldBe(0L);
    }

    [Fact]
    public async Task Data_of_another_version_are_refused_by_a_sentence()
    {
        var cluster = Directory.CreateDirectory(Path.Combine(folder.Path, "postgres", "cluster"));
        await File.WriteAllTextAsync(Path.Combine(cluster.FullName, "PG_VERSION"), "14\n", TestContext.Current.CancellationToken);
        var problem = await Should.ThrowAsync<StartupProblem>(() => Start());
        problem.Message.ShouldStartWith("The database in the data folder was made by PostgreSQL 14, but only PostgreSQL");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_told_by_a_sentence()
    {
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var problem = await Should.ThrowAsync<StartupProblem>(() => Start(Path.Combine(file, "data")));
        problem.Message.ShouldStartWith("Sarai cannot write to its data folder");
    }

    [Fact]
    public async Task A_bin_folder_without_PostgreSQL_is_told_by_a_sentence()
    {
        var problem = await Should.ThrowAsync<StartupProblem>(() => PostgresServer.Start(folder.Path, NullLogger.Instance, folder.Path, TestContext.Current.CancellationToken));
        problem.Message.ShouldStartWith($"Sarai__Postgres__Bin is {folder.Path}, but that folder has no PostgreSQL");
    }

    private Task<PostgresServer> Start(string? dataFolder = null) =>
        PostgresServer.Start(dataFolder ?? folder.Path, NullLogger.Instance, cancellation: TestContext.Current.CancellationToken);

    /// <summary>SIGKILL to the postmaster alone; its children find out by themselves.</summary>
    private static void KillServer(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static async Task<object?> Ask(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
