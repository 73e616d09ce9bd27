using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>
/// Brings a module's schema up to date: numbered SQL files, embedded in its assembly, applied in order, each in a transaction, under an advisory
/// lock, so that several nodes may start at once. A file that was applied is never changed; its checksum is checked.
/// </summary>
public static class Schema
{
    private const long Lock = 0x5A8A1;

    /// <summary>Applies what is missing for these modules.</summary>
    /// <exception cref="StartupProblem">A file that was already applied has changed, or a file fails.</exception>
    public static async Task Apply(IEnumerable<(Module Module, NpgsqlDataSource Source)> modules, CancellationToken cancel = default)
    {
        foreach (var (module, source) in modules)
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            await Run(connection, $"select pg_advisory_lock({Lock})", cancel);
            try
            {
                await Apply(connection, module, cancel);
            }
            finally
            {
                await Run(connection, $"select pg_advisory_unlock({Lock})", CancellationToken.None);
            }
        }
    }

    /// <summary>Makes the monthly partitions of the audit log, this month's and those of the next year. Safe to repeat.</summary>
    public static async Task AddMonths(NpgsqlDataSource source, string schema, Instant now, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var month = now.InUtc().Date.With(DateAdjusters.StartOfMonth);
        for (var i = 0; i <= 12; i++, month = month.PlusMonths(1))
        {
            // A month for which rows already fell into the default partition stays there: moving them would lock the table for no gain.
            await Run(connection, $"""
                do $$ begin
                  perform pg_advisory_xact_lock({Lock + 1});
                  if to_regclass('{schema}.audit_{month:uuuuMM}') is null
                     and not exists (select 1 from {schema}.audit_rest where at >= '{month:uuuu-MM-dd}Z' and at < '{month.PlusMonths(1):uuuu-MM-dd}Z') then
                    execute 'create table {schema}.audit_{month:uuuuMM} partition of {schema}.audit for values from (''{month:uuuu-MM-dd}Z'') to (''{month.PlusMonths(1):uuuu-MM-dd}Z'')';
                  end if;
                end $$
                """, cancel);
        }
    }

    private static async Task Apply(NpgsqlConnection connection, Module module, CancellationToken cancel)
    {
        await Run(connection, $"""
            create schema if not exists "{module.Name}";
            create table if not exists "{module.Name}".applied (file text primary key, checksum text not null, at timestamptz not null default now());
            """, cancel);
        var applied = new Dictionary<string, string>();
        await using (var read = new NpgsqlCommand($"""select file, checksum from "{module.Name}".applied""", connection))
        await using (var rows = await read.ExecuteReaderAsync(cancel))
        {
            while (await rows.ReadAsync(cancel)) applied[rows.GetString(0)] = rows.GetString(1);
        }
        foreach (var (file, sql) in Files(typeof(Schema).Assembly, "EveryModule/").Concat(Files(module.Assembly, "Schema/")))
        {
            var text = sql.Replace("{schema}", module.Name, StringComparison.Ordinal);
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            if (applied.TryGetValue(file, out var known))
            {
                if (known == checksum) continue;
                throw new StartupProblem($"{module.Name}: {file} was changed after it had been applied. Put the change into a new numbered file and restore the old one.");
            }
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            try
            {
                await Run(connection, text, cancel);
                await using var note = new NpgsqlCommand($"""insert into "{module.Name}".applied (file, checksum) values ($1, $2)""", connection) { Parameters = { new() { Value = file }, new() { Value = checksum } } };
                await note.ExecuteNonQueryAsync(cancel);
                await transaction.CommitAsync(cancel);
            }
            catch (PostgresException problem)
            {
                throw new StartupProblem($"{module.Name}: {file} could not be applied: {problem.MessageText}", problem);
            }
        }
    }

    private static IEnumerable<(string File, string Sql)> Files(Assembly assembly, string folder)
    {
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[folder.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
