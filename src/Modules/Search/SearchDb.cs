using Microsoft.EntityFrameworkCore;

namespace Sarai.Search;

/// <summary>The read model of search. It has no entities: everything in it is written from events and read by plain SQL.</summary>
public sealed class SearchDb(DbContextOptions<SearchDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model) { }
}
