using Npgsql;

namespace Sarai.Postgres.Tests;

public sealed class ThrowAwayServer
{
    [Fact]
    public async Task It_is_gone_when_the_process_that_started_it_is_killed()
    {
        using var parent = await ParentProcess.Start("throwaway");
        Processes.IsAlive(parent.ServerId).ShouldBeTrue();
        var folder = FolderOf(await Processes.CommandLine(parent.ServerId));
        Directory.Exists(folder).ShouldBeTrue();

        parent.Kill();
        await Eventually.True(() => !Processes.IsAlive(parent.ServerId), "the server should stop");
        await Eventually.True(() => !Directory.Exists(folder), "the folder should be removed");
    }

    [Fact]
    public async Task It_leaves_neither_process_nor_folder_when_disposed()
    {
        var server = await ThrowAwayPostgres.Start(cancellation: TestContext.Current.CancellationToken);
        var folder = FolderOf(await Processes.CommandLine(server.ProcessId));
        var pid = server.ProcessId;
        await server.DisposeAsync();
        Processes.IsAlive(pid).ShouldBeFalse();
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_durable_one_keeps_what_it_acknowledged_over_a_kill()
    {
        await using var server = await ThrowAwayPostgres.Start(durable: true, cancellation: TestContext.Current.CancellationToken);
        (await Ask(server, "show fsync")).ShouldBe("on");
        await Ask(server, "create table kept (n int); insert into kept select generate_series(1, 1000)");
        var pid = server.ProcessId;

        server.Kill();
        Processes.IsAlive(pid).ShouldBeFalse();
        await server.Restart(TestContext.Current.CancellationToken);
        (await Ask(server, "select count(*) from kept")).ShouldBe(1000L);
    }

    private static string FolderOf(string commandLine)
    {
        var from = commandLine.IndexOf(" -D ", StringComparison.Ordinal) + 4;
        return Path.GetDirectoryName(commandLine[from..commandLine.IndexOf(' ', from)])!;
    }

    private static async Task<object?> Ask(ThrowAwayPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
