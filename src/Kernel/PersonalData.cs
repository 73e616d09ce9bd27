using System.Text.Json;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>What a module knows about a person: its share of the file they may ask for at any time.</summary>
/// <param name="Module">The module.</param>
/// <param name="What">The share's name in the file.</param>
/// <param name="Sql">A query with one JSON column; <c>$1</c> is the person's id.</param>
public sealed record PersonalData(string Module, string What, string Sql)
{
    /// <summary>Reads it.</summary>
    public async Task<IReadOnlyList<JsonElement>> Read(Databases databases, Guid userId, CancellationToken cancel)
    {
        await using var command = databases.Of(Module).CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = userId });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<JsonElement>();
        while (await rows.ReadAsync(cancel)) found.Add(JsonDocument.Parse(rows.GetString(0)).RootElement);
        return found;
    }
}
