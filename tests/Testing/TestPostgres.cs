using Npgsql;
using Sarai.Postgres;
using Xunit;

namespace Sarai.Testing;

/// <summary>
/// One throw-away PostgreSQL for a whole test assembly, and a database of its own for whoever asks. Use it with
/// <c>[assembly: AssemblyFixture(typeof(TestPostgres))]</c>, or derive from it to prepare the template once.
/// </summary>
public class TestPostgres : IAsyncLifetime
{
    private const string Template = "prepared";
    private ThrowAwayPostgres? server;
    private int made;

    /// <summary>The server itself.</summary>
    public ThrowAwayPostgres Server => server ?? throw new InvalidOperationException("The server is started by the test runner, before the first test.");

    public async ValueTask InitializeAsync()
    {
        server = await ThrowAwayPostgres.Start();
        await Tell($"create database {Template}");
        await Prepare(Server.AdminConnectionString(Template));
        await Tell($"alter database {Template} with is_template true allow_connections false");
    }

    /// <summary>Fills the template all databases are copied from: the schemas, and what every test needs. No connection may stay open.</summary>
    /// <param name="connectionString">Leads to the empty template, without pooling.</param>
    protected virtual Task Prepare(string connectionString) => Task.CompletedTask;

    /// <summary>Makes a database that is a copy of the template. Usually one per test class.</summary>
    public async Task<TestDatabase> CreateDatabase()
    {
        var name = $"test_{Interlocked.Increment(ref made)}";
        await Tell($"create database {name} template {Template} strategy file_copy");
        return new(Server, name);
    }

    private async Task Tell(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.AdminConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
