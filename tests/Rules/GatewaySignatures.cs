using System.Security.Cryptography;
using System.Text;
using Sarai.Payments;

namespace Sarai.Rules;

/// <summary>The vendors' published hashes, and those measured with OpenSSL.</summary>
public sealed class GatewaySignatures
{
    [Fact]
    public void Stripe_signs_time_and_body() =>
        Signatures.Fits("7a3cdae2e9dcb18f0f59c2da1342f17b595bd0f74bc9bc8d0e3d3770cd53a9c4", ["whsec_stub_secret"], HashAlgorithmName.SHA256, "1700000000."u8.ToArray(),
            Encoding.UTF8.GetBytes("""{"id":"evt_test_1","object":"event","type":"payment_intent.succeeded"}""")).ShouldBeTrue();

    [Theory]
    [InlineData("stub_webhook_secret", """{"event":"payment.captured"}""", "92b257452cae32ea00d6873eff3aa7b173c8abedac0684c322589cebac9f8328")]
    [InlineData("stub_key_secret", "order_DaZlswtdcn9UNV|pay_29QQoUBi66xm2f", "a888dec9e13cb28bf42531e215f5c0cf1fd6c81a512290e7d03e0e5a2dee0cb6")]
    public void Razorpay_signs_the_body_and_the_return(string secret, string message, string signature)
    {
        Signatures.Fits(signature, [secret], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message)).ShouldBeTrue();
        Signatures.Fits(signature, ["other", secret], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message)).ShouldBeTrue();
        Signatures.Fits(signature, [secret], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message + " ")).ShouldBeFalse();
        Signatures.Fits(signature[..^2], [secret], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message)).ShouldBeFalse();
        Signatures.Fits("", [secret], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message)).ShouldBeFalse();
        Signatures.Fits(signature, [], HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(message)).ShouldBeFalse();
    }

    [Fact]
    public void Paystack_signs_with_512_bits() =>
        Signatures.Fits("f388d384fd24e72399c59afe6cb34f7d17fd8c1c7e8b1b3df33485ecabd809dec57b8fe8a2a115943e5e6bbb445058d47fe65298e4d0cd97b8c3d64183ff410e", ["sk_test_stub"], HashAlgorithmName.SHA512,
            Encoding.UTF8.GetBytes("""{"event":"charge.success","data":{"reference":"ref_1","amount":20000}}""")).ShouldBeTrue();

    [Fact]
    public void JazzCash_sorts_names_and_leaves_out_what_is_empty()
    {
        JazzCashGateway.HashOf(Fields(("pp_MerchantID", "MER123"), ("pp_OrderInfo", "A48cvE28"), ("pp_Amount", "2995"), ("pp_BankID", "")), "0F5DD14AE2")
            .ShouldBe("c7689cda7474eb1adcd343fd0c0b676bad0ba66361cc46db589bdb0da4c1c867".ToUpperInvariant());
        JazzCashGateway.HashOf(Fields(("pp_TxnRefNo", "T20220518150213"), ("pp_Amount", "25000"), ("pp_Password", "sz1v4agvyf"), ("pp_MerchantID", "MC25041"), ("pp_TxnCurrency", "PKR"), ("pp_MerchantMPIN", "1234"), ("pp_SecureHash", "x"), ("ppmpf_1", null)), "3vv9wu3a18")
            .ShouldBe("2C595361C2DA0E502D18BFBAA92CF4740330215E5E8AD0CF4489A64E7400B117");
        JazzCashGateway.HashOf(Fields(("pp_ResponseMessage", "IPN received successfully"), ("pp_ResponseCode", "000")), "stub_salt").ShouldBe("59FA0FD761168289F139A49854A8D79A2F9953A091EFC0AA9FC505FC3AD46115");
    }

    [Fact]
    public void EasyPaisas_page_wants_its_fields_encrypted()
    {
        EasyPaisaGateway.HashedRequest(Fields2(("storeId", "43512"), ("amount", "2500.50"), ("autoRedirect", "1"), ("expiryDate", "20261003 143000"), ("orderRefNum", "E2026100214300012345"), ("postBackURL", "https://hatti.pk/o/Zx8kQ2mN/paid")), "ZARIHASHKEY12345")
            .ShouldBe("ZWkpXGjzPlV4pQ9MexeyArvYH5TAVCXK2cuf2jwRcRHjHXM8+XFjwnv2WFYQrXK0Zq0Ph7ENwq5ZqO/SLJCtJIBgiCJ4d3ur5hYO9acZXOirC24flg1Rpi4Fx4796V68mQnzQgdC5p+QaqFJoMR0LLxId+lIcGYP6en/GURdz3GYkv4ovhBHGP8OJTVCvo2/pNRGgpThUuUMFl/oQ3K+XA==");
        EasyPaisaGateway.HashedRequest(Fields2(("amount", "10.0"), ("autoRedirect", "1"), ("orderRefNum", "BK1001"), ("postBackURL", "https://app.example/pay/return"), ("storeId", "43"), ("emailAddr", "")), "0123456789ABCDEF")
            .ShouldBe("+2DgaAd49gKJSABArGAoGTZllFxNASw6joCx6iD5p/USOpkQenZpa+WLoQ+gqFbW5f7Yh9n9afSb+I+IqX0FepKvDM4gxTmxjQW/t3wh+xA4cno47sl8xj6KpPZ/UAqJ7nQ9wsvCqYysbq8kzGWryQ==");
    }

    [Theory]
    [InlineData("0300 1234567", "03001234567")]
    [InlineData("+92 300 1234567", "03001234567")]
    [InlineData("0092-300-1234567", "03001234567")]
    [InlineData("923001234567", "03001234567")]
    [InlineData("021 1234567", null)]
    [InlineData("", null)]
    public void Mobiles_are_read_as_people_write_them(string typed, string? mobile) => PayByPhone.MobileOf(typed).ShouldBe(mobile);

    [Fact]
    public void Shares_sum_to_the_whole()
    {
        Split.Amounts(new Money(100, "PKR"), [null, null, null]).Value.ShouldBe([34, 33, 33]);
        Split.Amounts(new Money(100, "PKR"), [60, 40]).Value.ShouldBe([60, 40]);
        Split.Amounts(new Money(100, "PKR"), [60, 41]).Ok.ShouldBeFalse();
        Split.Amounts(new Money(100, "PKR"), [60, null]).Ok.ShouldBeFalse();
        Split.Amounts(new Money(1, "PKR"), [null, null]).Ok.ShouldBeFalse();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Fields(params (string Name, string? Value)[] fields) => fields.Select(f => KeyValuePair.Create(f.Name, f.Value));

    private static IEnumerable<KeyValuePair<string, string>> Fields2(params (string Name, string Value)[] fields) => fields.Select(f => KeyValuePair.Create(f.Name, f.Value));
}
