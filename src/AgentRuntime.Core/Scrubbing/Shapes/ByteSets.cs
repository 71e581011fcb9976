using System.Buffers;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>The alphabets that credentials are written in.</summary>
internal static class ByteSets
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    public static SearchValues<byte> Alnum { get; } = Of(Letters + Digits);

    public static SearchValues<byte> UpperDigits { get; } = Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits);

    public static SearchValues<byte> Hex { get; } = Of("abcdefABCDEF" + Digits);

    public static SearchValues<byte> Word { get; } = Of(Letters + Digits + "_");

    public static SearchValues<byte> WordDash { get; } = Of(Letters + Digits + "_-");

    public static SearchValues<byte> WordDashDot { get; } = Of(Letters + Digits + "_-.");

    public static SearchValues<byte> UrlPath { get; } = Of(Letters + Digits + "/_-");

    public static SearchValues<byte> Base64 { get; } = Of(Letters + Digits + "+/=");

    public static SearchValues<byte> Base64Percent { get; } = Of(Letters + Digits + "+/=%_-");

    public static SearchValues<byte> Token68 { get; } = Of(Letters + Digits + "-._~+/=%:|");

    public static SearchValues<byte> PemLabel { get; } = Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits + " ");

    /// <summary>What the body of a PEM block holds, also when its line feeds are escaped.</summary>
    public static SearchValues<byte> PemBody { get; } = Of(Letters + Digits + "+/=\r\n\t \\:,");

    public static SearchValues<byte> Blank { get; } = Of(" \t");

    /// <summary>What an unquoted value of an assignment is made of.</summary>
    public static SearchValues<byte> Bare { get; } = Except(" \t\r\n\"'`,;&<>(){}[]|\\");

    public static SearchValues<byte> DoubleQuoted { get; } = Except("\"\r\n\\");

    public static SearchValues<byte> SingleQuoted { get; } = Except("'\r\n\\");

    /// <summary>What the authority of a URL is made of.</summary>
    public static SearchValues<byte> Authority { get; } = Except(" \t\r\n\"'`<>/?#\\(){}[]|,");

    private static SearchValues<byte> Of(string characters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));

    private static SearchValues<byte> Except(string characters) =>
        SearchValues.Create([.. Enumerable.Range(1, 255).Select(value => (byte)value).Where(value => !characters.Contains((char)value, StringComparison.Ordinal))]);
}
