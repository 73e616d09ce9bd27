namespace Sarai.Memberships;

/// <summary>The words of memberships, packages and promo codes: pages, refusals. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;
