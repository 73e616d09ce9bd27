using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>The owner says who the seller is on invoices: the name, the address and the number the tax office knows. Invoices that were written keep what they said.</summary>
public static class KeepSeller
{
    private const string Permission = "manage:organisation";

    /// <summary>The seller.</summary>
    public sealed record Request
    {
        /// <summary>The name in the trade register.</summary>
        [Required, StringLength(120, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>The address, in as many lines as it has.</summary>
        [Required, StringLength(400, MinimumLength = 4)] public string? Address { get; set; }

        /// <summary>What the tax number is called; nothing for the name the country gives it.</summary>
        [StringLength(20), RegularExpression(@"[\p{L}\p{M}\p{N} .\-]*", ErrorMessage = "Use letters, digits, spaces, dots and dashes.")] public string? TaxLabel { get; set; }

        /// <summary>The tax number; nothing for an organisation without one.</summary>
        [StringLength(30, MinimumLength = 4), RegularExpression(@"[A-Za-z0-9][A-Za-z0-9 ./\-]*", ErrorMessage = "A tax number is made of letters, digits, dashes and slashes.")] public string? TaxNumber { get; set; }
    }

    /// <summary>The seller on an organisation's invoices.</summary>
    /// <param name="Name">The name, or null as long as nobody said: then the venue's stands there.</param>
    /// <param name="Address">The address, or null.</param>
    /// <param name="TaxLabel">What the tax number is called here.</param>
    /// <param name="TaxNumber">The tax number, or null.</param>
    public sealed record View(string? Name, string? Address, string TaxLabel, string? TaxNumber);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/seller", Of).Needs("read:reports").Limited(RateLimits.Read).WithTags("Invoices").WithSummary("Who the seller is on an organisation's invoices");
        api.MapPut("/organisations/{id:guid}/seller", Handle).Needs(Permission).Limited(RateLimits.Write).WithTags("Invoices").WithSummary("Say who the seller is on invoices");
    }

    /// <summary>For the owner and the manager.</summary>
    public static async Task<Answer<View>> Of(Guid id, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel) =>
        actor.Barred("read:reports", id, "organisation") is { } barred ? barred : await Read(id, db, await Label(id, catalog, cancel), cancel);

    /// <summary>For the owner; it counts for invoices to come.</summary>
    public static async Task<Answer<View>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var usual = await Label(id, catalog, cancel);
        var number = string.IsNullOrWhiteSpace(request.TaxNumber) ? null : request.TaxNumber.Trim();
        var label = number is null ? null : string.IsNullOrWhiteSpace(request.TaxLabel) ? usual : request.TaxLabel.Trim();
        return await db.InTransaction<View>(async () =>
        {
            var before = await Read(id, db, usual, cancel);
            await db.Run(cancel, PaymentsDb.Sql("""
                insert into payments.seller (organisation_id, name, address, tax_label, tax_number, changed_at, changed_by) values ($1, $2, $3, $4::text, $5::text, $6, $7)
                on conflict (organisation_id) do update set name = excluded.name, address = excluded.address, tax_label = excluded.tax_label, tax_number = excluded.tax_number,
                  changed_at = excluded.changed_at, changed_by = excluded.changed_by
                """, id, request.Name!.Trim(), request.Address!.Trim(), label, number, clock.Now(), actor.Id));
            var after = await Read(id, db, usual, cancel);
            db.Audit(actor, id, Permission, id, before, after);
            return after;
        }, cancel);
    }

    private static async Task<View> Read(Guid id, PaymentsDb db, string usual, CancellationToken cancel) => await db.Read("select name, address, tax_label, tax_number from payments.seller where organisation_id = $1", row =>
        new View(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? usual : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), cancel, id) is [var said] ? said : new View(null, null, usual, null);

    // Where they sell tells what their tax office calls it; the currency is what we know of the country.
    private static async Task<string> Label(Guid id, ICatalog catalog, CancellationToken cancel) => (await catalog.VenuesOf(id, cancel) is [var venue, ..] ? venue.Currency : "") switch
    {
        "PKR" => "NTN",
        "INR" => "GSTIN",
        "NGN" or "GHS" or "TZS" or "UGX" or "BDT" or "LKR" => "TIN",
        "KES" => "PIN",
        "AED" or "SAR" => "TRN",
        "USD" => "EIN",
        "GBP" or "EUR" => "VAT",
        _ => "Tax no.",
    };
}
