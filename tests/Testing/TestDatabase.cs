using Npgsql;
using Sarai.Postgres;

namespace Sarai.Testing;

/// <summary>A database of its own for a test class; dropped when disposed, whoever is still connected.</summary>
public sealed class TestDatabase(ThrowAwayPostgres server, string name) : IAsyncDisposable
{
    public string Name { get; } = name;

    /// <summary>How the app connects to it.</summary>
    public string ConnectionString { get; } = server.ConnectionString(name);

    /// <summary>Runs SQL and returns the first value of the first row, null when there is none.</summary>
    public async Task<object?> Ask(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(pooled);
        await using var connection = new NpgsqlConnection(server.AdminConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"drop database {Name} with (force)", connection);
        await command.ExecuteNonQueryAsync();
    }
}
