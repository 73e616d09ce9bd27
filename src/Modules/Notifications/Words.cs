namespace Sarai.Notifications;

/// <summary>The words of notifications: pages, templates. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;
