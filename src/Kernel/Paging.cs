using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Sarai.Kernel;

/// <summary>One page of a list, in the order of its key.</summary>
/// <param name="Items">The rows of this page.</param>
/// <param name="NextCursor">Give this as <c>cursor</c> to get the next page; null on the last.</param>
public sealed record Slice<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Makes a page from one row more than was asked for: the extra row only says that there is a next page.</summary>
    /// <param name="rows">Up to <paramref name="limit"/> + 1 rows.</param>
    /// <param name="limit">The size of the page.</param>
    /// <param name="key">The sort key of a row; two values at most, joined by the cursor.</param>
    public static Slice<T> Of(IReadOnlyList<T> rows, int limit, Func<T, string> key) => rows.Count <= limit
        ? new Slice<T>(rows, null)
        : new Slice<T>([.. rows.Take(limit)], Cursor.Write(key(rows[limit - 1])));
}

/// <summary>Which page of a list is wanted. Bind it with <c>[AsParameters]</c>.</summary>
public sealed record Paging
{
    /// <summary>How many rows: 1 to 100, 20 when absent.</summary>
    [Range(1, 100)] public int? Limit { get; init; }

    /// <summary>The <c>nextCursor</c> of the page before, or nothing for the first.</summary>
    [StringLength(500)] public string? Cursor { get; init; }

    /// <summary>The limit, or its default.</summary>
    public int Size => Limit ?? 20;
}

/// <summary>Opaque cursors: base64url of the last row's key.</summary>
public static class Cursor
{
    /// <summary>Wraps a key.</summary>
    public static string Write(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>Unwraps a cursor; null when it was not made by <see cref="Write"/>.</summary>
    public static string? Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor) || !Base64Url.IsValid(cursor)) return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
    }
}
