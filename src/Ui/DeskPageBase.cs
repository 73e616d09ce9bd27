using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Sarai.Contracts;
using Sarai.Kernel;

namespace Sarai.Ui;

/// <summary>What every page of a venue's desk does first: find the venue, check the right, read the form.</summary>
public abstract class DeskPageBase : ComponentBase
{
    /// <summary>The venue, once <see cref="Enter"/> let the person in.</summary>
    public VenueInfo? Venue { get; private set; }

    /// <summary>Whether a colleague lacks the right; a stranger is told that there is no such venue.</summary>
    public bool Barred { get; private set; }

    /// <summary>What is wrong with what was sent.</summary>
    public Errors Errors { get; } = new();

    /// <summary>Whether the page was come to after something was saved.</summary>
    public bool Saved => Done is not null && !Http.Request.HasFormContentType;

    /// <summary>The page's own address.</summary>
    public string Here => Http.Request.Path.Value!;

    /// <summary>The venue's id in the address.</summary>
    [Parameter] public Guid VenueId { get; set; }

    /// <summary>What was done before the redirect that led here.</summary>
    [SupplyParameterFromQuery] public string? Done { get; set; }

    /// <summary>The request.</summary>
    [CascadingParameter] protected HttpContext Http { get; set; } = default!;

    /// <summary>Who looks.</summary>
    [Inject] protected Actor Actor { get; set; } = default!;

    /// <summary>The venues.</summary>
    [Inject] protected ICatalog Catalog { get; set; } = default!;

    /// <summary>Leads on.</summary>
    [Inject] protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Finds the venue and checks the right.</summary>
    /// <param name="permission">A <c>verb:noun</c>.</param>
    /// <returns>Whether the person may be here; otherwise the status of the answer is set.</returns>
    protected async Task<bool> Enter(string permission)
    {
        var venue = await Catalog.Venue(VenueId, Http.RequestAborted);
        var fault = venue is null ? Fault.NotFound("venue") : Actor.Barred(permission, venue.OrganisationId, "venue");
        if (fault is not null)
        {
            (Http.Response.StatusCode, Barred) = (fault.Status, fault.Status == StatusCodes.Status403Forbidden);
            return false;
        }
        Venue = venue;
        return true;
    }

    /// <summary>Whether the person has this right here.</summary>
    protected bool May(string permission) => Venue is { } venue && Actor.Can(permission, venue.OrganisationId);

    /// <summary>The text of an input that was sent, or null.</summary>
    protected string? Sent(string name) => Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>The texts of all inputs of a name that were sent.</summary>
    protected IReadOnlyList<string> AllSent(string name) => Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    /// <summary>The version of the venue the form was made from, so that two people who change it at once notice.</summary>
    protected long? SentVersion => long.TryParse(Sent("version"), out var version) ? version : null;

    /// <summary>Leads back to the page after something was saved, so that reloading does not save again.</summary>
    protected void Finish(string done = "saved") => Navigation.NavigateTo($"{Here}?done={done}");

    /// <summary>Shows a refusal.</summary>
    protected void Refuse(Fault fault)
    {
        if (fault.Status is StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound) Http.Response.StatusCode = fault.Status;
        Errors.Add(fault, Http.Request.HasFormContentType ? Http.Request.Form.Keys : []);
    }
}
