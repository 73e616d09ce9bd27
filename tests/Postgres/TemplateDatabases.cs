using Npgsql;
using Sarai.Testing;

namespace Sarai.Postgres.Tests;

public sealed class TemplateDatabases(TestPostgres postgres)
{
    [Fact]
    public async Task What_is_written_into_one_is_not_in_the_other()
    {
        await using var one = await postgres.CreateDatabase();
        await using var other = await postgres.CreateDatabase();
        await one.Ask("create table guest (name text)");
        (await one.Ask("select to_regclass('guest') is not null")).ShouldBe(true);
        (await other.Ask("select to_regclass('guest') is not null")).ShouldBe(false);
    }

    [Fact]
    public async Task Each_holds_what_the_template_was_prepared_with()
    {
        await using var prepared = new PreparedPostgres();
        await prepared.InitializeAsync();
        var databases = await Task.WhenAll(prepared.CreateDatabase(), prepared.CreateDatabase(), prepared.CreateDatabase());
        foreach (var database in databases)
            (await database.Ask("select name from court")).ShouldBe("Court 1");
    }

    [Fact]
    public async Task A_database_goes_away_while_somebody_is_still_connected()
    {
        var database = await postgres.CreateDatabase();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await database.DisposeAsync();
        await using var admin = new NpgsqlConnection(postgres.Server.AdminConnectionString());
        await admin.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"select count(*) from pg_database where datname = '{database.Name}'", admin);
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0L);
    }

    private sealed class PreparedPostgres : TestPostgres
    {
        protected override async Task Prepare(string connectionString)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("create table court (name text); insert into court values ('Court 1')", connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
