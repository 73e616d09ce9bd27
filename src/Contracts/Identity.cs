namespace Sarai.Contracts;

/// <summary>Questions to Identity that cannot wait for an event.</summary>
public interface IIdentity
{
    /// <summary>A person by id, or null.</summary>
    Task<Person?> Find(Guid userId, CancellationToken cancel = default);

    /// <summary>The person of this e-mail, or null.</summary>
    Task<Person?> FindByEmail(string email, CancellationToken cancel = default);

    /// <summary>Persons by id; unknown ids are left out.</summary>
    Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken cancel = default);

    /// <summary>The account of this phone or e-mail, made without a password when there is none yet: how the desk books for a caller.</summary>
    /// <returns>A fault when neither is given or one is malformed.</returns>
    Task<Answer<Person>> FindOrInvite(string name, string? phone, string? email, CancellationToken cancel = default);

    /// <summary>The ids of everybody who works for an organisation with one of these roles.</summary>
    Task<IReadOnlyList<Guid>> Colleagues(Guid organisationId, IReadOnlyCollection<string> roles, CancellationToken cancel = default);

    /// <summary>Opens an organisation with this person as its owner; from their next request on they may act for it.</summary>
    /// <param name="ownerId">Who owns it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="vertical">Its trade.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The organisation.</returns>
    Task<Answer<Guid>> OpenOrganisation(Guid ownerId, string name, string vertical, CancellationToken cancel = default);
}

/// <summary>A person as other modules may know them.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">The name they go by.</param>
/// <param name="Email">Their e-mail, if they gave one.</param>
/// <param name="Phone">Their phone in E.164, if they gave one.</param>
/// <param name="Language">One of en, ur, hi, ta, te, kn.</param>
/// <param name="Organisations">The organisations they work for.</param>
public sealed record Person(Guid Id, string Name, string? Email, string? Phone, string Language, IReadOnlyList<Guid> Organisations);

/// <summary>Somebody signed up.</summary>
[EventName("user.registered")]
public sealed record UserRegistered(Guid UserId, string Name, string? Email, string? Phone, string Language) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}

/// <summary>A person's name, addresses or language changed.</summary>
[EventName("user.changed")]
public sealed record UserChanged(Guid UserId, string Name, string? Email, string? Phone, string Language) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}

/// <summary>A person asked to be forgotten: whoever keeps their name or address takes it away.</summary>
[EventName("user.erased")]
public sealed record UserErased(Guid UserId) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}

/// <summary>A one-time code or link must reach a person: verification, reset, sign-in alert.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Purpose"><c>verify_email</c>, <c>verify_phone</c>, <c>reset_password</c>, <c>locked_out</c>, <c>new_session</c>, <c>session_reused</c>.</param>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
/// <param name="Address">Where to.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Code">The short code to type, or null.</param>
/// <param name="Link">The path and query of the page that does it in one click, or null.</param>
/// <param name="Language">The person's language.</param>
[EventName("user.code_issued")]
public sealed record CodeIssued(Guid UserId, string Purpose, string Channel, string Address, string Name, string? Code, string? Link, string Language) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}

/// <summary>An organisation opened.</summary>
[EventName("organisation.opened")]
public sealed record OrganisationOpened(Guid OrganisationId, string Name, string Vertical, Guid OwnerId) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => OrganisationId;
}
