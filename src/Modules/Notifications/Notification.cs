using Microsoft.EntityFrameworkCore;

namespace Sarai.Notifications;

/// <summary>A line in somebody's in-app centre.</summary>
public sealed class Notification
{
    /// <summary>The notification.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose.</summary>
    public Guid UserId { get; init; }

    /// <summary>The event it tells of.</summary>
    public Guid EventId { get; init; }

    /// <summary>The kind, such as <c>booking_confirmed</c> (document 002).</summary>
    public string Type { get; init; } = "";

    /// <summary>The headline.</summary>
    public string Title { get; init; } = "";

    /// <summary>The text.</summary>
    public string Body { get; init; } = "";

    /// <summary>Where it leads, or null.</summary>
    public string? Link { get; init; }

    /// <summary>When.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When it was read, or null.</summary>
    public Instant? ReadAt { get; set; }
}

/// <summary>A message on a channel.</summary>
public sealed class Message
{
    /// <summary>The message; its Message-ID is made of it.</summary>
    public Guid Id { get; init; }

    /// <summary>The event it tells of.</summary>
    public Guid EventId { get; init; }

    /// <summary>For whom.</summary>
    public Guid UserId { get; init; }

    /// <summary>email or sms.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The kind.</summary>
    public string Type { get; init; } = "";

    /// <summary>Where to.</summary>
    public string Address { get; init; } = "";

    /// <summary>The subject; empty for sms.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The text.</summary>
    public string Body { get; set; } = "";

    /// <summary>The language it is written in: one of en, ur, hi, ta, te, kn.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The path its button leads to, or null.</summary>
    public string? Link { get; init; }

    /// <summary>The rows of its card, names and values in turn; empty for none.</summary>
    public string[] Facts { get; init; } = [];

    /// <summary>Queued, Sending, Sent, Failed, Suppressed.</summary>
    public string Status { get; set; } = "Queued";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public Instant DueAt { get; set; }

    /// <summary>Why it failed, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>What the provider calls it, or null.</summary>
    public string? ProviderId { get; set; }

    /// <summary>When the provider said that it had arrived, or null.</summary>
    public Instant? DeliveredAt { get; set; }

    /// <summary>When it was written.</summary>
    public Instant CreatedAt { get; init; }
}

/// <summary>What somebody does not want to hear, or wants to.</summary>
public sealed class Preference
{
    /// <summary>Whose.</summary>
    public Guid UserId { get; init; }

    /// <summary>email or sms.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The kind.</summary>
    public string Type { get; init; } = "";

    /// <summary>Whether it is wanted.</summary>
    public bool Wanted { get; set; }
}

/// <summary>The tables of Notifications.</summary>
public sealed class NotificationsDb(DbContextOptions<NotificationsDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>The in-app centre.</summary>
    public DbSet<Notification> Notifications => Set<Notification>();

    /// <summary>Messages on channels.</summary>
    public DbSet<Message> Messages => Set<Message>();

    /// <summary>Preferences.</summary>
    public DbSet<Preference> Preferences => Set<Preference>();

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Notification>().ToTable("notification");
        model.Entity<Message>().ToTable("message");
        model.Entity<Preference>().ToTable("preference").HasKey(p => new { p.UserId, p.Channel, p.Type });
    }
}
