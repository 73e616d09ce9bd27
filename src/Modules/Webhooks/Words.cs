namespace Sarai.Webhooks;

/// <summary>The words of webhooks: the page, refusals. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;
